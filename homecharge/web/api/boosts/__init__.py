"""Boost: charge now."""
