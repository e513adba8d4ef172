"""Whose cards a location takes besides its own."""
