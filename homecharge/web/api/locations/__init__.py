"""Homes: make one, look at it, change it, take it away."""
