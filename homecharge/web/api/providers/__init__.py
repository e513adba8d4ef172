"""Mobility providers, which issue cards."""
