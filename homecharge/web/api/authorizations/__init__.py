"""Decisions about cards, and everything about a card."""
