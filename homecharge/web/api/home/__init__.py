"""The first screen of an app."""
