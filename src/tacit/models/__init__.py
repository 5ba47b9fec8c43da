"""How a model is asked: one small protocol, one file per kind of model."""
