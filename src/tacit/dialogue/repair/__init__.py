"""Answering a dispute: what is held against the answer, what the documents say to it, and in which words. English."""
