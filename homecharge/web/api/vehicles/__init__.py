"""Vehicles: what is charged, and how full it is."""
