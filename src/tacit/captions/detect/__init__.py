"""Detectors: which captions state a count, a spatial relation, a negation or a before/after."""
