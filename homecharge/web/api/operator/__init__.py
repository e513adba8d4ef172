"""What operators do: give identities free."""
