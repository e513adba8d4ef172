"""Taking over files of providers' tokens, on both databases."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from homecharge.domain.errors import Invalid
from homecharge.domain.pages import Keyset
from homecharge.domain.roaming_tokens import RoamingToken, TokenFilters
from homecharge.domain.token_files import TokenFormat, read_tokens
from homecharge.ports.units import Db
from homecharge.services.providers import add_provider
from homecharge.services.roaming_tokens import list_tokens
from homecharge.services.token_imports import MOST_TOLD, BadTokens, TokensImported, import_tokens
from homecharge.storage.database import Database
from homecharge.storage.models import RoamingToken as TokenRow
from homecharge.storage.queries.token_imports import BATCH
from tests.homes import NOW

LATER = NOW + timedelta(hours=1)
FULL = "uid,contract_id,type,valid,whitelist,expires_at,organisation_unit,provider"
FIRST = f"{FULL}\n04a1,GB-ABC-C1,RFID,true,ALWAYS,2028-01-01T00:00:00Z,Fleet,GB-ABC\n04A2,,,,,,,\n"


@pytest.fixture
def provider_id(database: Database) -> str:
    unset = {"live_url": None, "live_timeout_s": 15, "live_token": None, "support": None}
    party = {"country_code": "GB", "party_id": "ABC", "name": "Alphabet"}
    with database.write() as db:
        return add_provider(db, party | unset, blocked=False, allow_private=False, caller=None, now=NOW).id


def take_over(db: Db, text: str, *, party: str | None = None, now: datetime = NOW) -> TokensImported:
    lines = read_tokens(io.StringIO(text, newline=""), TokenFormat.CSV)
    return import_tokens(db, lines, party=party, caller=None, now=now)


def stored(db: Db) -> dict[str, RoamingToken]:
    return {token.uid: token for token in list_tokens(db, TokenFilters(), Keyset(limit=200)).items}


def test_every_line_of_a_file_becomes_a_token(database: Database, provider_id: str):
    with database.write() as db:
        outcome = take_over(db, FIRST)
        tokens = stored(db)

    full, bare = tokens["04a1"], tokens["04A2"]
    assert outcome == TokensImported(added=2, updated=0, unchanged=0)
    assert full.provider is not None
    assert (full.provider.id, full.organisation_unit, full.revision) == (provider_id, "Fleet", 1)
    assert (full.is_valid, full.whitelist, full.expires_at) == (True, "ALWAYS", datetime(2028, 1, 1, tzinfo=UTC))
    assert (bare.provider, bare.type, bare.is_valid, bare.whitelist) == (None, "RFID", True, "ALLOWED")


def test_the_same_file_again_changes_nothing(database: Database, provider_id: str):
    with database.write() as db:
        take_over(db, FIRST)
        before = stored(db)

        assert take_over(db, FIRST, now=LATER) == TokensImported(added=0, updated=0, unchanged=2)
        assert stored(db) == before


def test_a_known_uid_is_updated_and_keeps_what_its_line_does_not_say(database: Database, provider_id: str):
    with database.write() as db:
        take_over(db, FIRST)

        outcome = take_over(db, "uid,valid,whitelist\n04A1,false,ALWAYS\n04A2,,\n04A3,,\n", now=LATER)
        changed = stored(db)["04a1"]
        key = db.scalar(select(TokenRow.organisation_key).where(TokenRow.id == changed.id))

    assert outcome == TokensImported(added=1, updated=1, unchanged=1)
    assert changed.provider is not None
    assert (changed.is_valid, changed.organisation_unit, changed.provider.id) == (False, "Fleet", provider_id)
    assert key == "FLEET"
    assert (changed.revision, changed.created_at, changed.updated_at) == (2, NOW, LATER)


def test_a_file_that_says_nothing_of_it_makes_no_suspended_card_valid(database: Database, provider_id: str):
    with database.write() as db:
        take_over(db, "uid,type,valid,whitelist\n04A1,APP_USER,false,NEVER\n")

        outcome = take_over(db, "uid,organisation_unit,valid\n04a1,Fleet,\n", now=LATER)
        kept = stored(db)["04A1"]

    assert outcome == TokensImported(added=0, updated=1, unchanged=0)
    assert (kept.type, kept.is_valid, kept.whitelist, kept.organisation_unit) == ("APP_USER", False, "NEVER", "Fleet")


def test_a_contract_in_a_file_is_found_in_any_spelling(database: Database, provider_id: str):
    with database.write() as db:
        take_over(db, FIRST)

        found = list_tokens(db, TokenFilters(contract_id="gbabcc1"), Keyset()).items

    assert [token.uid for token in found] == ["04a1"]


def test_lines_that_name_no_provider_are_of_the_one_that_comes_with_the_file(database: Database, provider_id: str):
    with database.write() as db:
        take_over(db, "uid\n04A1\n", party="gb*abc")

        assert [token.provider and token.provider.id for token in stored(db).values()] == [provider_id]


@pytest.mark.parametrize("party", ["GB-XYZ", "nobody"])
def test_a_provider_that_nobody_has_added_does_not_come_with_a_file(database: Database, party: str):
    with database.write() as db, pytest.raises(Invalid) as refused:
        take_over(db, "uid\n04A1\n", party=party)

    assert list(refused.value.errors) == ["provider"]


def test_of_a_file_with_a_bad_line_nothing_is_taken_and_every_bad_line_is_told(database: Database, provider_id: str):
    bad = "04 A3,,,,,,,\n04A4,,CARD,perhaps,,,,\n04A5,,,,,,,DE-XYZ\n"

    with database.write() as db, pytest.raises(BadTokens) as refused:
        take_over(db, FIRST + bad)

    assert list(refused.value.errors) == ["line 4.uid", "line 5.type", "line 5.valid", "line 6.provider"]
    assert refused.value.errors["line 6.provider"] == ["There is no provider DE-XYZ; add it first."]
    assert refused.value.data == {"bad_lines": 3}
    with database.read() as db:
        assert stored(db) == {}


def test_the_first_thousand_bad_places_are_told_and_how_many_lines_are_bad(database: Database):
    with database.write() as db, pytest.raises(BadTokens) as refused:
        take_over(db, "uid\n" + "".join(f"no uid {number}\n" for number in range(MOST_TOLD + 5)))

    assert (len(refused.value.errors), refused.value.data) == (MOST_TOLD, {"bad_lines": MOST_TOLD + 5})


def test_a_file_of_several_batches_tells_how_far_it_is(database: Database):
    lines = [f"{number}\n" for number in range(BATCH + 1)]
    written: list[int] = []

    with database.write() as db:
        found = read_tokens(["uid\n", *lines], TokenFormat.CSV)
        outcome = import_tokens(db, found, party=None, caller=None, now=NOW, progress=written.append)
        count = db.scalar(select(func.count()).select_from(TokenRow))

    assert (written, outcome.added, count) == ([BATCH, 1], BATCH + 1, BATCH + 1)
