"""Asking back: what the user may have meant, taken from the passages, and the words of the question."""
