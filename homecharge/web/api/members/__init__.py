"""Who belongs to a home."""
