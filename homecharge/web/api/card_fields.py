# ruff: noqa: ANN401 - marshmallow hands its hooks values of any type
"""How cards are named in bodies: by their uid or by the id of a contract."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from marshmallow import fields as plain
from marshmallow.validate import Length

from homecharge.domain.roaming_tokens import LONGEST_CONTRACT_ID, LONGEST_UID
from homecharge.web import fields

_UID = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_UID}}}")
_CONTRACT_ID = re.compile(rf"(?=.*[A-Za-z0-9])[\x20-\x7e]{{1,{LONGEST_CONTRACT_ID}}}")
_ANY_SPELLING = "In any spelling."


class Uid(fields.String):
    """The uid of an id token: 1 to 36 visible ASCII characters after trimming; compared without case."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**fields.documented(given, pattern=fields.padded(_UID.pattern)))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **rest).strip()
        if not _UID.fullmatch(text):
            raise ValidationError(f"Not 1 to {LONGEST_UID} visible ASCII characters.")
        return text


class ContractId(fields.String):
    """The id of a contract, as the provider writes it; compared without case and separators."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**fields.documented(given, pattern=fields.padded(_CONTRACT_ID.pattern)))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **rest).strip()
        if not _CONTRACT_ID.fullmatch(text):
            raise ValidationError(f"Not 1 to {LONGEST_CONTRACT_ID} ASCII characters such as GB-ABC-C12345678-2.")
        return text


def spelled(longest: int) -> fields.String:
    """A uid or contract id to look for; None where it was not asked for."""
    return fields.String(load_default=None, validate=Length(1, longest), metadata={"description": _ANY_SPELLING})


def yes_or_no(description: str) -> plain.Boolean:
    """`true` or `false` in a query; None where it was not asked for."""
    return plain.Boolean(load_default=None, truthy={"true"}, falsy={"false"}, metadata={"description": description})
