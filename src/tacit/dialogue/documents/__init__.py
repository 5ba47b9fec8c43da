"""Documents: finding, reading and cutting them."""
