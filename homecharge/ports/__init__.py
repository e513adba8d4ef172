"""Protocols for what leaves the process, and the values that cross them."""
