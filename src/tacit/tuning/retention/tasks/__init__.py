"""Tasks that can only be done from demonstrations; one file each."""
