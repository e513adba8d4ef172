# ruff: noqa: ANN401, ARG002 - marshmallow hands its hooks values of any type, and more of them than we need
"""Fields of the contract: strict about types, as api.md spells them. Use these in bodies, not marshmallow's own."""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from marshmallow import ValidationError, fields, validate
from webargs.fields import DelimitedList

from homecharge.domain.accounts import normalised_email
from homecharge.domain.home_cards import is_card_uid
from homecharge.domain.money import exact
from homecharge.domain.pages import Position
from homecharge.domain.schedules import wall_time
from homecharge.domain.times import EARLIEST, LATEST
from homecharge.domain.web_addresses import LONGEST_URL

Integer = fields.Integer
List = fields.List
Nested = fields.Nested
String = fields.String

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PRINTED = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\s]"
_LINE = rf"^\s*{_PRINTED}([^\x00-\x1f\x7f-\x9f\u2028\u2029]*{_PRINTED})?\s*$"
_PRICE = r"^-?(1000000(\.0{1,10})?|[0-9]{1,6}(\.[0-9]{1,10})?)$"
_LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def documented(given: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Keyword arguments of a field with OpenAPI properties added to its metadata."""
    metadata: Mapping[str, Any] = given.get("metadata") or {}
    return {**given, "metadata": {**properties, **metadata}}


class Id(fields.String):
    """A UUID in its canonical spelling."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**documented(given, format="uuid"))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text = super()._deserialize(value, attr, data, **rest).lower()
        if not _UUID.fullmatch(text):
            raise ValidationError("Not an id.")
        return text


class Instant(fields.DateTime):
    """RFC 3339 with an offset on the way in, UTC with `Z` on the way out, in whole seconds unless `is_exact`."""

    def __init__(self, *, is_exact: bool = False, **given: Any) -> None:
        self.is_exact = is_exact
        super().__init__(**given)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        if value is None:
            return None
        text = value.astimezone(UTC).isoformat(timespec="milliseconds" if self.is_exact else "seconds")
        return text.removesuffix("+00:00") + "Z"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is not None and "T" in value.upper() and EARLIEST <= instant < LATEST:
                return instant.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise ValidationError("Not an RFC 3339 instant such as 2026-11-20T11:05:00Z, from 1970 to 2199.")


class WallTime(fields.Time):
    """`"HH:MM"` or `"HH:MM:SS"` on the wall clock of a location; seconds are shown where there are any."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**documented(given, pattern=f"^{_WALL_TIME.pattern}$", example="00:30"))

    def _serialize(self, value: time | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else wall_time(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> time:
        if not isinstance(value, str) or not _WALL_TIME.fullmatch(value):
            raise ValidationError('Not a time of day such as "00:30" or "00:30:15".')
        return time.fromisoformat(value)


class Day(fields.Date):
    """`"YYYY-MM-DD"` on the calendar of a location."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> date:
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise ValidationError("Not a date such as 2026-11-21.")


class Whole(fields.Integer):
    """A JSON number without a fraction, `7.0` for one (JSON Schema, Validation §6.1.1); neither text nor a boolean."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        if type(value) is float and value.is_integer():
            return int(value)
        if type(value) is not int:
            raise ValidationError("Not a whole number.")
        return value


class Flag(fields.Boolean):
    """`true` or `false`, nothing that resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value


class Amount(fields.Field[Decimal]):
    """Money on the way out, as an exact decimal string."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**documented(given, type="string", example="1.23"))

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else exact(value)


class Rate(fields.Field[Decimal]):
    """A price per kWh: a decimal string, so that no binary fraction comes near money."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**documented(given, type="string", pattern=_PRICE, example="0.2450"))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Decimal:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise ValidationError('Not a decimal string such as "0.2450".')
        return Decimal(value)


class Label(fields.String):
    """A name that people read: one line of 1 to `longest` characters, surrounding space included, which is dropped."""

    def __init__(self, *, longest: int = 100, **given: Any) -> None:
        self._length = validate.Length(1, longest)
        super().__init__(**documented(given, pattern=_LINE), validate=self._length)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text: str = self._length(super()._deserialize(value, attr, data, **rest)).strip()
        if _CONTROL.search(text):
            raise ValidationError("Control characters are not allowed.")
        return text


class Word(fields.String):
    """A name that programs give: 1 to 50 letters, digits, dots, dashes and underscores."""

    def __init__(self, **given: Any) -> None:
        plain = validate.Regexp(r"^[A-Za-z0-9._-]+$", error="Only letters, digits, dots, dashes and underscores.")
        super().__init__(**given, validate=[validate.Length(1, 50), plain])


class Locale(fields.String):
    """A language tag (BCP 47) such as `en-GB`."""

    def __init__(self, **given: Any) -> None:
        tag = validate.Regexp(_LOCALE, error="Not a language tag such as en-GB.")
        super().__init__(**documented(given, example="en-GB"), validate=[validate.Length(max=20), tag])


class WebAddress(fields.String):
    """A URL that we are given, of at most `longest` characters; which are taken is not for a schema to say."""

    def __init__(self, *, longest: int = LONGEST_URL, **given: Any) -> None:
        described = documented(given, format="uri", pattern="^[Hh][Tt][Tt][Pp][Ss]?://")
        super().__init__(**described, validate=validate.Length(max=longest))


class EmailAddress(fields.Email):
    """A mailbox, in one spelling: lower case."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, validate=validate.Length(max=254))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        return normalised_email(super()._deserialize(value, attr, data, **rest))


def padded(pattern: str) -> str:
    """The pattern of a text that is trimmed."""
    return rf"^\s*{pattern}\s*$"


class CardUid(fields.String):
    """The code of a home's card: 1 to 20 visible ASCII characters, without what pads them."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**documented(given, pattern=padded("[!-~]{1,20}")))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **rest).strip()
        if not is_card_uid(text):
            raise ValidationError("Not a card's code: 1 to 20 letters, digits or signs, without space.")
        return text


class CommaList(DelimitedList):
    """A query's values between commas, with or without space; what is wrong with one is said of the parameter."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> list[Any]:
        trimmed = ",".join(part.strip() for part in value.split(","))
        try:
            found: list[Any] = super()._deserialize(trimmed, attr, data, **rest)  # type: ignore[no-untyped-call]  # webargs
        except ValidationError as error:
            by_place: dict[int, list[str]] = error.messages  # type: ignore[assignment]  # a list names places
            raise ValidationError(list(dict.fromkeys(chain(*by_place.values())))) from None
        return found


class Cursor(fields.Field[Position]):
    """A position in a list, opaque to clients: the instant in microseconds and the id of the last item shown."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**documented(given, type="string", format="cursor", pattern="^[A-Za-z0-9_-]+$"))

    def _serialize(self, value: Position | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        if value is None:
            return None
        microseconds = (value[0] - EARLIEST) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(f"{microseconds}.{value[1]}".encode()).rstrip(b"=").decode()

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Position:
        try:
            text = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode()
            microseconds, _dot, item_id = text.partition(".")
            at = EARLIEST + timedelta(microseconds=int(microseconds))
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("Not a cursor of this list.") from None
        if not _UUID.fullmatch(item_id):
            raise ValidationError("Not a cursor of this list.")
        return at, item_id
