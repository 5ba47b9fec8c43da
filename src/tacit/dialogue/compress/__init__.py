"""What of the passages is shown to the answerer: whole sentences and clauses, up to a number of words."""
