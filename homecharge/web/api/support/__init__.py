"""What support agents look up."""
