"""Occurrences: the firings of schedules."""
