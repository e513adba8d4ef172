"""The catalogue of reasons, for apps that explain them ahead of time."""
