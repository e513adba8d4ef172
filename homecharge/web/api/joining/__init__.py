"""Joining codes: make one, look at what it opens, join."""
