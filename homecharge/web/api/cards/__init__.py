"""A home's own cards, typed in or paired by tap."""
