"""Small models whose in-context learning can be measured exactly."""
