"""Conversations over documents: what fails, whether more text helps, which step mends it, and what that breaks."""
