"""Events: what changes, as it changes."""
