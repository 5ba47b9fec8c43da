"""The audit: how often the captions of a corpus state each type, by group and sub-type, with intervals."""
