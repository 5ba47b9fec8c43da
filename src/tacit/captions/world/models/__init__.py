"""Small models of pictures and captions, trained from scratch. Needs the extra `laboratory` (PyTorch)."""
