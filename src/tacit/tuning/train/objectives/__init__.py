"""What holds a model to what it was, while it learns; one file each."""
