"""Homecharge, the backend of a home-charger driver app."""

__version__ = "0.1.0"
