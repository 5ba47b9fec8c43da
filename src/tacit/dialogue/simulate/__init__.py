"""Conversations without people: simulated users, scripted checks, and a world of documents made up for them."""
