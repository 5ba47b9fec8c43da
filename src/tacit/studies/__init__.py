"""Whole loops: measure, judge, fix, verify. One package each; what `tacit study NAME` runs."""
