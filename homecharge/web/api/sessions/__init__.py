"""History, and what can be asked of a session under way."""
