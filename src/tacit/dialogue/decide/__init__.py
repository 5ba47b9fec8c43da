"""What to do with a turn: signals read the question and the passages, small models weigh them, a decider chooses."""
