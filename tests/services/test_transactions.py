"""StartTransaction: what is stored of it, and what the charger is told."""

from homecharge.domain.authorization_codes import Code
from homecharge.domain.session_state import Status
from homecharge.services.removing_chargers import release_identity
from homecharge.storage.database import Database
from homecharge.storage.queries.charger_reports import propose_free_vend
from tests.cards import add_group, decisions
from tests.drives import UID, Drive
from tests.homes import NOW


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
