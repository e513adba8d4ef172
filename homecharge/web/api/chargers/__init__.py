"""Chargers: add one, look at it, set it up, take it away."""
