"""What the user reads: quotations of the documents, or the words of a model that were checked against them."""
