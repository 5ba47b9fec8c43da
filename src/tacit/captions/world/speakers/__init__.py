"""Who captions the scenes of the world, one file each."""
