"""Training some entries of a model and no others: parts of tensors as parameters of their own, and back."""
