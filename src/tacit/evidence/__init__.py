"""Numbers only: estimates with intervals, comparisons, scaling laws, verdicts. No input or output happens here."""
