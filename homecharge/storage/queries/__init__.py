"""Reads and writes shared by several services, frozen domain values in and out."""
