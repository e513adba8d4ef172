"""Fields take what the contract says, and nothing that resembles it."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis.strategies import DataObject, data, from_regex
from marshmallow import ValidationError
from marshmallow.fields import Field

from homecharge.web import fields
from homecharge.web.api.card_fields import ContractId, Uid

ID = "0197b2f4-5c3e-7d10-8a55-3f8f0f6f2c11"
AT = datetime(2026, 11, 20, 11, 5, 7, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "given", "loaded"),
    [
        (fields.Id(), ID.upper(), ID),
        (fields.Instant(), "2026-11-20T12:05:07+01:00", AT.replace(microsecond=0)),
        (fields.Instant(), "2026-11-20T11:05:07.123456Z", AT),
        (fields.WallTime(), "00:30", time(0, 30)),
        (fields.WallTime(), "23:59:59", time(23, 59, 59)),
        (fields.Whole(), 7, 7),
        (fields.Whole(), 7.0, 7),
        (fields.Flag(), False, False),
        (fields.CommaList(fields.Id()), f"{ID}, {ID.upper()}", [ID, ID]),
        (fields.Label(), "  Garage  ", "Garage"),
        (fields.Word(), "agent.logged_in", "agent.logged_in"),
        (fields.Locale(), "de-CH-1996", "de-CH-1996"),
        (fields.EmailAddress(), "Ada@Example.org", "ada@example.org"),
    ],
)
def test_what_is_right_is_taken(field: Field[object], given: object, loaded: object) -> None:
    assert field.deserialize(given) == loaded


@pytest.mark.parametrize(
    ("field", "given"),
    [
        (fields.Id(), "1"),
        (fields.Id(), ID.replace("-", "")),
        (fields.Id(), 1),
        (fields.Instant(), "2026-11-20T11:05:07"),
        (fields.Instant(), "2026-11-20"),
        (fields.Instant(), "2026-11-20 11:05:07Z"),
        (fields.Instant(), "0001-01-01T00:00:00+14:00"),
        (fields.Instant(), "9999-12-31T23:59:59Z"),
        (fields.Instant(), 1795172707),
        (fields.WallTime(), "24:00"),
        (fields.WallTime(), "7:30"),
        (fields.WallTime(), "07:30Z"),
        (fields.WallTime(), "07:30:15.5"),
        (fields.WallTime(), 730),
        (fields.WallTime(), "0\u0667:30"),
        (fields.Whole(), "7"),
        (fields.Whole(), 7.5),
        (fields.Whole(), float("inf")),
        (fields.Whole(), True),
        (fields.Flag(), 1),
        (fields.Flag(), "true"),
        (fields.Label(), ""),
        (fields.Label(), " \t "),
        (fields.Label(), "a\u2028b"),
        (fields.Label(longest=3), "four"),
        (fields.Label(longest=3), " abc"),
        (fields.Word(), "two words"),
        (fields.Locale(), "en_GB"),
        (fields.Cursor(), "!!"),
        (fields.Cursor(), 7),
    ],
)
def test_what_only_resembles_it_is_refused(field: Field[object], given: object) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(given)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (fields.Instant(), AT, "2026-11-20T11:05:07Z"),
        (fields.Instant(), AT.astimezone(timezone(timedelta(hours=1))), "2026-11-20T11:05:07Z"),
        (fields.Instant(is_exact=True), AT, "2026-11-20T11:05:07.123Z"),
        (fields.Instant(), None, None),
        (fields.WallTime(), time(0, 30), "00:30"),
        (fields.WallTime(), time(0, 30, 15), "00:30:15"),
        (fields.WallTime(), None, None),
        (fields.Cursor(), None, None),
    ],
)
def test_values_are_shown_as_the_contract_spells_them(field: Field[object], value: object, shown: object) -> None:
    assert field.serialize("value", {"value": value}) == shown


def test_a_cursor_comes_back_to_the_microsecond() -> None:
    shown = fields.Cursor().serialize("value", {"value": (AT, ID)})

    assert fields.Cursor().deserialize(shown) == (AT, ID)


@pytest.mark.parametrize(
    "field",
    [fields.Label(), fields.CardUid(), fields.Rate(), fields.WallTime(), Uid(), ContractId()],
    ids=lambda field: type(field).__name__,
)
@given(data())
@settings(max_examples=50)
def test_what_the_description_allows_is_taken(field: Field[object], data: DataObject) -> None:
    text = data.draw(from_regex(field.metadata["pattern"], fullmatch=True).filter(lambda text: len(text) <= 100))

    assert field.deserialize(text) is not None
