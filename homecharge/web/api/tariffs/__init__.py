"""Tariffs, and which of them a location pays by."""
