"""Local token groups of the operators."""
