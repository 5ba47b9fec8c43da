"""The kinds of models that come with tacit, one file each."""
