"""`tacit tune`: objectives, the trainer, checkpoints, what came of it."""
