"""The pages of `tacit elicit`."""
