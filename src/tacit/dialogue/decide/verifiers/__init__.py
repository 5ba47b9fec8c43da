"""Models that say whether passages hold an answer. None is needed; each is only loaded when it is used."""
