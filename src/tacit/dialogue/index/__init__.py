"""The index of a folder of documents: passages, where they came from, and an engine that finds them."""
