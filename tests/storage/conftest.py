"""A database of each kind, with its tables and without rows."""

from tests.services.conftest import database

__all__ = ["database"]
