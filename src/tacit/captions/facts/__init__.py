"""What was there to report: facts of images, joined to their captions."""
