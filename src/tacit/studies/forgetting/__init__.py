"""Tuning for a skill without demonstrations: what it does to learning from demonstrations, and what prevents that."""
