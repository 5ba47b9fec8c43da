"""One layer of linear attention: the model of Lee, Sohn and Lee (2026) and its closed forms."""
