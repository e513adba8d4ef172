"""Contract ids (eMA IDs): written with or without separators and check digit, and in any case."""

import re

_SEPARATORS = re.compile(r"[-*\s]")
_EMA_ID = re.compile(r"([A-Z]{2}[A-Z0-9]{12})[A-Z0-9]")
"""eMI3 *eMA ID*: country, provider, an instance of nine characters, and a check digit that may be left out."""


def contract_key(contract_id: str) -> str:
    """A contract id as it is compared: in capitals, without what separates its parts, without its check digit."""
    plain = _SEPARATORS.sub("", contract_id).upper()
    found = _EMA_ID.fullmatch(plain)
    return found[1] if found else plain
