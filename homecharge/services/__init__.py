"""Synchronous use-cases, one transaction each, never the wire."""
