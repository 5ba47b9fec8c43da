"""Rules, one package per language, and published rule sets as baselines."""
