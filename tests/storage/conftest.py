"""A migrated database of each kind."""

from tests.services.conftest import database

__all__ = ["database"]
