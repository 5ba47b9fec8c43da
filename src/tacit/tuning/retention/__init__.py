"""`tacit retention`: how much of its in-context learning a tuned model has kept."""
