"""How documents are read, one file per format."""
