"""Operators' commands to chargers."""
