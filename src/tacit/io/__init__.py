"""What users already have: tables of captions, evaluation logs, documents. Readers yield; they never interpret."""
