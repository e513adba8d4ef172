"""Sign up, sign in, and who you are."""
