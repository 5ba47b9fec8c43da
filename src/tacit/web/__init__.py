"""What pages served on this machine have in common: who may ask, headers, colours."""
