"""Words: terms for searching, content words for comparing, sentences with their places."""
