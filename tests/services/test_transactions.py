"""StartTransaction: what is stored of it, and what the charger is told."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from homecharge.domain.authorization_codes import Code
from homecharge.domain.session_state import Kind, Status
from homecharge.services.removing_chargers import release_identity
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from homecharge.storage.queries.charger_reports import propose_free_vend
from tests.cards import add_card, add_group, add_provider, change_card, decisions, take
from tests.drives import UID, Drive
from tests.homes import NOW, make_session

SOON = NOW + timedelta(hours=1)
TO_STOP = {"stop_requested_at": NOW - timedelta(seconds=1)}
OVER = {"wake_at": None, "ended_at": NOW, "window_end": SOON}


def test_a_charger_that_was_taken_away_is_told_that_nothing_may_start_there(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        add_group(db, "Home", UID, locations=(drive.home.id,), home_id=drive.home.id)
        release_identity(db, drive.charger.id, caller=drive.owner, now=NOW)

    with database.write() as db:
        begun = drive.start(db)
        again = drive.start(db, after_s=10)
        [session], [decision] = drive.sessions(db), decisions(db)

    assert begun.verdict.code is Code.UNKNOWN_CHARGER
    assert again == begun
    assert (session.status, session.reason, session.authorization_id) == (
        Status.REJECTED,
        "not_authorized",
        decision.id,
    )
    assert session.rejection is not None
    assert (decision.code, session.rejection["variant"]) == ("A00", "A00")


def test_a_known_card_is_told_why_also_where_the_charger_was_seen_to_start_by_itself(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        propose_free_vend(db, drive.charger.id)
        add_group(db, "Home", UID, locations=(drive.home.id,), home_id=drive.home.id, is_valid=False)

        drive.start(db)
        [session] = drive.sessions(db)

    assert session.rejection is not None
    assert session.rejection["variant"] == "A31"


@pytest.mark.parametrize(
    ("status", "columns", "told"),
    [
        (Status.STARTING, TO_STOP, "G40"),
        (Status.CHARGING, TO_STOP, "G40"),
        (Status.REJECTED, OVER | {"reason": "cancelled"}, "A90"),
        (Status.REJECTED, OVER | {"reason": "start_not_confirmed"}, "G10"),
    ],
)
def test_what_is_recorded_of_a_sessions_tag_is_what_the_charger_was_told(
    database: Database, status: Status, columns: dict[str, Any], told: str
) -> None:
    with database.write() as db:
        drive = Drive(db)
        take(db, drive.home.id, accept_any=status is Status.REJECTED)
        session = make_session(db, drive.charger, drive.owner, status=status, **columns)

        begun = drive.start(db, session.tag)
        [decision], [transaction] = decisions(db), drive.transactions(db)

    assert (begun.verdict.code, decision.code) == (told, told)
    assert decision.status == ("refused" if transaction.is_refused else "accepted")


def test_a_late_start_beside_another_charge_is_refused_and_recorded_so(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        over = make_session(db, drive.charger, drive.owner, status=Status.REJECTED, **OVER)
        make_session(db, drive.charger, drive.owner, status=Status.CHARGING)

        begun = drive.start(db, over.tag)
        [decision] = decisions(db)

    assert (begun.verdict.code, decision.code, decision.status) == (Code.NOTHING_APPROVED, "A90", "refused")
    assert decision.trace[-1]["finding"] == "overtaken"


def test_a_start_that_is_repeated_is_answered_as_before(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        take(db, drive.home.id, guest=True)
        add_card(db, UID, add_provider(db), expires_at=SOON)
        session = make_session(db, drive.charger, drive.owner, status=Status.STARTING, window_end=SOON)

        for uid in (UID, session.tag):
            first = drive.start(db, uid)
            change_card(db, UID, expires_at=SOON + timedelta(days=1))
            again = drive.start(db, uid.lower(), after_s=10)

            assert first.verdict.expires_at == SOON
            assert again == first
        assert len(drive.transactions(db)) == 2


@pytest.mark.parametrize(
    ("tag", "columns"),
    [
        (None, {"status": Status.STARTING}),
        (None, {"status": Status.REJECTED} | OVER),
        (UID, {"status": Status.STARTING, "kind": Kind.CARD, "card_uid": UID.lower()}),
        ("FIXED", {"status": Status.STARTING}),
    ],
)
def test_a_fault_of_ours_at_the_start_of_a_session_stays_with_it(
    database: Database, tag: str | None, columns: dict[str, Any]
) -> None:
    with database.write() as db:
        drive = Drive(db)
        db.execute(update(Charger).where(Charger.id == drive.charger.id).values(remote_start_tag="FIXED"))
        session = make_session(db, drive.charger, drive.owner, **columns)

        begun = drive.start(db, tag or session.tag, is_faulty=True)
        [decision], [transaction] = decisions(db), drive.transactions(db)

        assert [each.id for each in drive.sessions(db)] == [session.id]
    assert (begun.verdict.code, decision.code, decision.session_id) == (Code.OUR_FAULT, "A99", session.id)
    assert (transaction.session_id, transaction.is_refused, transaction.stop_at) == (session.id, True, NOW)


def test_a_fault_of_ours_at_the_start_of_a_card_is_a_session_of_the_cards(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        starting = make_session(db, drive.charger, drive.owner, status=Status.STARTING)

        drive.start(db, is_faulty=True)
        [refused] = [session for session in drive.sessions(db) if session.id != starting.id]

    assert refused.rejection is not None
    assert (refused.kind, refused.rejection["variant"]) == (Kind.CARD, "A99")


def test_a_card_that_the_charger_is_set_to_start_with_begins_the_session_that_is_starting(database: Database) -> None:
    with database.write() as db:
        drive = Drive(db)
        db.execute(update(Charger).where(Charger.id == drive.charger.id).values(remote_start_tag=UID))
        add_group(db, "Home", UID, locations=(drive.home.id,), home_id=drive.home.id)
        starting = make_session(db, drive.charger, drive.owner, status=Status.STARTING)

        drive.start(db)

        assert [transaction.session_id for transaction in drive.transactions(db)] == [starting.id]
