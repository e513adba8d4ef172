"""From a list's query to the page that services are asked for."""

from typing import Any

from homecharge.domain.pages import Keyset


def keyset(query: dict[str, Any]) -> Keyset:
    """The page that a query inheriting from `schemas.PageQuery` asks for."""
    return Keyset(limit=query["limit"], after=query["cursor"])
