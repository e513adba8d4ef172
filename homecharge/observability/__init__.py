"""Logging, metrics and the system clock."""
