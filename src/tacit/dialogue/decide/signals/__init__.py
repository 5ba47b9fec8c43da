"""Signals, one file each; every module of this package is found by `tacit.dialogue.decide.registry`."""
