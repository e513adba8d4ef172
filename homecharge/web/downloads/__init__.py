"""History as files that people open with other programs."""
