"""Prices as others publish them: the JSON of UK suppliers, and CSV; read as a whole or not at all."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from homecharge.domain.errors import Invalid
from homecharge.domain.money import decimals_of
from homecharge.domain.rates import Rate
from homecharge.domain.tariff_problems import rates_problems
from homecharge.domain.times import EARLIEST, LATEST, Interval

MINOR = "value_inc_vat"
MAJOR = "rate"


class RateFormat(StrEnum):
    """How a file is written.

    `json`: `{"results": [{"value_inc_vat", "valid_from", "valid_to"}]}`, in hundredths (pence) per kWh. `csv`: a first
    line that names the columns `valid_from`, `valid_to` and either `rate` (per kWh) or `value_inc_vat` (in hundredths).
    """

    JSON = "json"
    CSV = "csv"


class UnreadableRates(Invalid):
    """Prices that cannot all be read: `errors` name each wrong place, and nothing counts."""

    code = "unreadable_rates"
    title = "These prices cannot be read; none of them was taken"
    advice = "Show the messages with their places, have the file mended, and send all of it again."


@dataclass(frozen=True, slots=True)
class _Row:
    """One price as it stands there; `place` is where."""

    place: str
    values: Mapping[str, Any]


def read_rates(text: str, form: RateFormat, *, currency: str) -> tuple[Rate, ...]:
    """The prices in a file, in their order. Raises UnreadableRates naming every place that is wrong."""
    rows = list(_json_rows(text) if form is RateFormat.JSON else _csv_rows(text))
    problems: dict[str, list[str]] = {}
    read: list[tuple[str, Rate]] = []
    for row in rows:
        try:
            read.append((row.place, _rate_of(row.values, currency)))
        except _WrongError as wrong:
            problems[f"{row.place}.{wrong.field}"] = [wrong.message]
    for path, messages in rates_problems([rate for _, rate in read]).items():
        problems[_placed(path, [place for place, _ in read])] = messages
    if problems:
        raise UnreadableRates(errors=problems)
    return tuple(sorted((rate for _, rate in read), key=lambda rate: rate.interval.start))


def _placed(path: str, places: list[str]) -> str:
    """`rates.3.valid_to` where that rate stands in the file."""
    _, _, number = path.partition(".")
    index, _, field = number.partition(".")
    return f"{places[int(index)]}.{field}" if index else path


class _WrongError(ValueError):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def _json_rows(text: str) -> Iterator[_Row]:
    try:
        document = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        raise UnreadableRates(errors={"body": ["This is not JSON."]}) from None
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list):
        raise UnreadableRates(errors={"results": ["A list of prices is expected here."]})
    for number, values in enumerate(results):
        yield _Row(f"results.{number}", values if isinstance(values, dict) else {})


def _csv_rows(text: str) -> Iterator[_Row]:
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), skipinitialspace=True)
    try:
        named = {name.strip() for name in reader.fieldnames or ()}
        if not {"valid_from", "valid_to"} <= named or not named & {MAJOR, MINOR}:
            message = f"The first line names the columns valid_from, valid_to and {MAJOR} (or {MINOR})."
            raise UnreadableRates(errors={"line 1": [message]})
        for values in reader:
            stripped = {str(name).strip(): value for name, value in values.items() if isinstance(value, str)}
            yield _Row(f"line {reader.line_num}", stripped)
    except csv.Error as wrong:
        raise UnreadableRates(errors={f"line {reader.line_num + 1}": [f"This is not CSV: {wrong}."]}) from None


def _rate_of(values: Mapping[str, Any], currency: str) -> Rate:
    interval = Interval(_instant(values, "valid_from"), _instant(values, "valid_to"))
    if values.get(MAJOR) is not None:
        return Rate(interval, _number(values, MAJOR))
    return Rate(interval, _number(values, MINOR).scaleb(-decimals_of(currency)))


def _instant(values: Mapping[str, Any], field: str) -> datetime:
    value = values.get(field)
    try:
        at = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise _WrongError(field, "Not an instant such as 2026-11-21T00:30:00Z.") from None
    if at.tzinfo is None:
        raise _WrongError(field, "An instant needs its offset, such as Z.")
    if not EARLIEST <= at < LATEST:
        raise _WrongError(field, "An instant is from 1970 to 2199.")
    return at.astimezone(UTC)


def _number(values: Mapping[str, Any], field: str) -> Decimal:
    value = values.get(field)
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(value.strip() if isinstance(value, str) else "")
    except InvalidOperation:
        raise _WrongError(field, "Not a decimal number such as 24.39.") from None
