"""Hours in which scheduled charging is blocked."""
