"""Conversations over HTTP: the interface of OpenAI's chat completions, and a page that uses it."""
