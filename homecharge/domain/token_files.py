"""Roaming tokens as providers hand them over: CSV, and Token JSON of OCPI 2.2.1; every bad line is told."""

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from homecharge.domain.contract_ids import contract_key
from homecharge.domain.id_tokens import TokenType, Whitelist, uid_key
from homecharge.domain.roaming_tokens import LONGEST_ORGANISATION_UNIT
from homecharge.domain.times import EARLIEST, LATEST

_ID = re.compile(r"[\x21-\x7e]{1,36}")
_CONTRACT_ID = re.compile(r"[\x20-\x7e]{1,36}")
_PROVIDER = re.compile(r"([A-Z]{2})[-*]?([A-Z0-9]{3})", re.ASCII)
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_ALWAYS_SAID = ("uid", "contract_id", "type", "valid", "whitelist")
"""What a Token of OCPI says of itself."""


class TokenFormat(StrEnum):
    """How a file is written.

    `csv`: a first line that names the columns, of which only `uid` must be there: `uid`, `contract_id`, `type`,
    `valid`, `whitelist`, `expires_at`, `organisation_unit`, `provider` (`DE-8AA`); others do not count. `json`: a list
    of OCPI Token objects, or one as `data`.
    """

    CSV = "csv"
    JSON = "json"


Provider = tuple[str, str]
"""Country code and party id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """One token; None: its line does not say. `number` is its line in a CSV, its place in a list of JSON, from 1.

    `expires_at` is in UTC.
    """

    number: int
    uid: str
    contract_id: str | None
    type: str | None
    valid: bool | None
    whitelist: str | None
    expires_at: datetime | None
    organisation_unit: str | None
    provider: Provider | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why a line is no token; `field` None: the whole line, or the whole file at number 1."""

    number: int
    field: str | None
    message: str


class _WrongError(ValueError):
    pass


def read_tokens(lines: Iterable[str], form: TokenFormat) -> Iterator[TokenLine | BadLine]:
    """The tokens of a file in their order, and between them everything that is wrong with it; CSV line by line.

    A uid that came before, in whatever case, is wrong where it comes again.
    """
    places: dict[str, int] = {}
    for row in _csv_rows(lines) if form is TokenFormat.CSV else _json_rows(lines):
        if isinstance(row, BadLine):
            yield row
            continue
        number, values = row
        found = _token_of(number, values)
        if isinstance(found, TokenLine):
            first = places.setdefault(uid_key(found.uid), number)
            found = found if first == number else [BadLine(number, "uid", f"The same uid as in line {first}.")]
        if isinstance(found, TokenLine):
            yield found
        else:
            yield from found


_Row = tuple[int, Mapping[str, Any]]


def _csv_rows(lines: Iterable[str]) -> Iterator[_Row | BadLine]:
    """Each line by the names in the first; what it does not say is left out of its row."""
    remaining = iter(lines)
    header = next(remaining, "").removeprefix("\ufeff")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(itertools.chain([header], remaining), delimiter=delimiter, skipinitialspace=True)
    try:
        names = [name.strip().lower() for name in next(reader)]
        if "uid" not in names:
            yield BadLine(1, None, "The first line names the columns; one of them is uid.")
            return
        for cells in reader:
            number, given = reader.line_num, [cell.strip() for cell in cells]
            if any(given[len(names) :]):
                yield BadLine(number, None, f"It has more fields than the {len(names)} that the first line names.")
            elif any(given):
                yield number, {"uid": ""} | {name: cell for name, cell in zip(names, given, strict=False) if cell}
    except csv.Error as wrong:
        yield BadLine(max(reader.line_num, 1), None, f"This is not CSV: {wrong}.")


def _json_rows(lines: Iterable[str]) -> Iterator[_Row | BadLine]:
    try:
        document = json.loads("".join(lines).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        yield BadLine(1, None, "This is not JSON.")
        return
    tokens = document.get("data") if isinstance(document, dict) else document
    if not isinstance(tokens, list):
        yield BadLine(1, None, "A list of tokens is expected here, or one as `data`.")
        return
    for number, values in enumerate(tokens, start=1):
        if isinstance(values, dict):
            provider = "-".join(str(values.get(name, "")) for name in ("country_code", "party_id"))
            yield number, {name: values.get(name) for name in _ALWAYS_SAID} | {"provider": provider}
        else:
            yield BadLine(number, None, "A token is an object.")


def _token_of(number: int, values: Mapping[str, Any]) -> TokenLine | list[BadLine]:
    read: dict[str, Any] = {}
    wrong: list[BadLine] = []
    for field, reading in _READINGS.items():
        try:
            read[field] = reading(values[field]) if field in values else None
        except _WrongError as refused:
            wrong.append(BadLine(number, field, str(refused)))
    return wrong or TokenLine(number=number, **read)


def _uid(value: object) -> str:
    uid = value.strip() if isinstance(value, str) else ""
    if not _ID.fullmatch(uid):
        raise _WrongError("A uid has 1 to 36 visible ASCII characters.")
    return uid


def _contract_id(value: object) -> str | None:
    if value is None or value == "":
        return None
    contract_id = value.strip() if isinstance(value, str) else ""
    if not _CONTRACT_ID.fullmatch(contract_id) or not contract_key(contract_id):
        raise _WrongError("A contract id has 1 to 36 visible ASCII characters.")
    return contract_id


def _type(value: object) -> str:
    return _one_of(TokenType, value)


def _whitelist(value: object) -> str:
    return _one_of(Whitelist, value)


def _one_of(known: type[StrEnum], value: object) -> str:
    name = value.strip().upper() if isinstance(value, str) else ""
    if name not in set(known):
        raise _WrongError(f"One of {', '.join(known)}.")
    return name


def _valid(value: object) -> bool:
    known = value if isinstance(value, bool) else _YES_NO.get(value.lower()) if isinstance(value, str) else None
    if known is None:
        raise _WrongError("Either true or false.")
    return known


def _expires_at(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise _WrongError("Not an instant such as 2027-01-31T23:00:00Z.") from None
    if at.tzinfo is None:
        raise _WrongError("An instant needs its offset, such as Z.")
    if not EARLIEST <= at < LATEST:
        raise _WrongError("An instant is from 1970 to 2199; leave it out where there is none.")
    return at.astimezone(UTC)


def _organisation_unit(value: object) -> str:
    unit = str(value).strip()
    if not 1 <= len(unit) <= LONGEST_ORGANISATION_UNIT or not unit.isprintable():
        raise _WrongError(f"Not one line of 1 to {LONGEST_ORGANISATION_UNIT} characters.")
    return unit


def _provider(value: object) -> Provider:
    if (parts := _PROVIDER.fullmatch(str(value).strip().upper())) is None:
        raise _WrongError("Not a country code and a party id such as DE-8AA.")
    return parts[1], parts[2]


_READINGS = {
    "uid": _uid,
    "contract_id": _contract_id,
    "type": _type,
    "valid": _valid,
    "whitelist": _whitelist,
    "expires_at": _expires_at,
    "organisation_unit": _organisation_unit,
    "provider": _provider,
}
