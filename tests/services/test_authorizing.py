"""A card shown at a charger: what is gathered, recorded, and told."""

from datetime import timedelta

import pytest

from homecharge.domain.auditing import AuditFilters
from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_facts import Request
from homecharge.domain.pages import Keyset
from homecharge.ports.charger_events import Line, Origin
from homecharge.services.auditing import list_audit
from homecharge.services.authorizing import Shown, authorized, gathered
from homecharge.services.lines import line_opened
from homecharge.services.removing_chargers import release_identity
from homecharge.storage.database import Database
from homecharge.storage.queries.decided import approve_beforehand
from homecharge.storage.queries.retention import purge
from homecharge.storage.types import new_id
from tests.cards import add_card, add_group, add_open_transaction, add_provider, decisions, take
from tests.charges import TIMING
from tests.drives import UID, Drive
from tests.homes import NOW


def test_a_charger_that_was_taken_away_is_not_known_any_more(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        release_identity(db, drive.charger.id, caller=drive.owner, now=NOW)

    with database.write() as db:
        verdict = drive.show(db)

    assert (verdict.code, verdict.parent_id_tag) == (Code.UNKNOWN_CHARGER, None)
    with database.read() as db:
        (kept,) = decisions(db)
    assert (kept.code, kept.charger_id, kept.location_id) == ("A00", drive.charger.id, None)


def test_a_line_that_was_replaced_is_told_nothing(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        newer = Line(new_id(), drive.charger.id, "CP1", "ocpp1.6")
        line_opened(db, newer, gateway_id=new_id(), timing=TIMING, now=NOW)

        assert authorized(db, Origin(drive.line, new_id(), NOW), UID) is None
        assert decisions(db) == []


def test_what_another_home_has_on_its_list_is_neither_accepted_nor_told(database: Database) -> None:
    with database.write() as db:
        drive, other = Drive(db), Drive(db, "Ben", "CP2")
        add_group(db, "Ben's", UID, locations=(other.home.id,), home_id=other.home.id)

        assert other.show(db).code is Code.LOCAL_GROUP
        assert drive.show(db).code is Code.PRIVATE_PLACE


@pytest.mark.parametrize("by", ["locations", "chargers"])
def test_a_group_covers_a_location_or_a_single_charger(database: Database, by: str) -> None:
    with database.write() as db:
        drive = Drive(db)
        covered = {"locations": (drive.home.id,)} if by == "locations" else {"chargers": (drive.charger.id,)}
        add_group(db, "Fleet", UID, **covered)
        elsewhere = Drive(db, "Ben", "CP2")

        assert drive.show(db).code is Code.LOCAL_GROUP
        assert elsewhere.show(db).code is Code.OTHER_GROUP


def test_a_grant_is_rested_on_for_fifteen_seconds_at_the_card_reader(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        take(db, drive.home.id, guest=True)
        add_card(db, UID, add_provider(db))
        drive.show(db)
        take(db, drive.home.id)

        soon, later = drive.show(db, after_s=14), drive.show(db, after_s=28)

    assert (soon.code, later.code) == (Code.WHITELIST, Code.PLACE_CLOSED)


@pytest.mark.parametrize(("hours", "is_live"), [(23, True), (25, False)])
def test_a_transaction_counts_that_was_heard_of_within_a_day(database: Database, hours: int, is_live: bool) -> None:  # noqa: FBT001 - a column of the table
    with database.write() as db:
        drive, other = Drive(db), Drive(db, "Ben", "CP2")
        add_open_transaction(db, other.charger.id, UID.lower(), at=NOW - timedelta(hours=hours))

        found = gathered(db, Shown(request=Request.MANUAL, uid=UID, charger_id=drive.charger.id, at=NOW), now=NOW)
        here = gathered(db, Shown(request=Request.MANUAL, uid=UID, charger_id=other.charger.id, at=NOW), now=NOW)

    assert (found.facts.elsewhere is not None) is is_live
    assert here.facts.elsewhere is None


def test_an_approval_lasts_for_its_time_at_its_charger(database: Database) -> None:
    with database.write() as db:
        drive, other = Drive(db), Drive(db, "Ben", "CP2")
        for minutes in (5, 15):  # the later one takes the place of the earlier
            approve_beforehand(db, drive.charger.id, UID, expires_at=NOW + timedelta(minutes=minutes), now=NOW)

        soon, late, elsewhere = drive.show(db, after_s=600), drive.show(db, after_s=900), other.show(db)
        purge(db, "preapprovals", now=NOW + timedelta(minutes=15))

        assert (soon.code, late.code) == (Code.REMOTE_START, Code.PRIVATE_PLACE)
        assert elsewhere.code is Code.PRIVATE_PLACE
        assert list_audit(db, AuditFilters(), Keyset()).items == []
