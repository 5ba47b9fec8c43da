"""Measuring conversations offline: retrieval, decisions and answers against MTRAG, MTRAG-UN or data of one's own."""
