"""The languages of the world, one file each."""
