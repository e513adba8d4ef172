"""Asynchronous conversations with chargers: transaction, wire, transaction."""
