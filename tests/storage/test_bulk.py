from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, String, insert, select, update

from homecharge.storage.bulk import Bulk, inserting
from homecharge.storage.database import Database
from homecharge.storage.models import Connector, Message, TimelineEntry
from homecharge.storage.types import Id, UtcDateTime
from tests.homes import NOW, make_charger, make_home, make_session, sign_up

ADD_MESSAGES, ADD_STEPS = inserting(Message), inserting(TimelineEntry)
K = Connector
CHANGE = Bulk(
    {"charger_id": Id, "connector_id": Integer(), "status": String(), "is_plugged_in": Boolean(), "at": UtcDateTime()},
    lambda rows: (
        update(K)
        .where(K.charger_id == rows.c.charger_id, K.connector_id == rows.c.connector_id)
        .values(status=rows.c.status, is_plugged_in=rows.c.is_plugged_in, plugged_in_at=rows.c.at)
    ),
)
FIND = Bulk({"id": Id}, lambda rows: select(Message.id, Message.at).where(Message.id.in_(select(rows.c.id))))


def message(number: int, **changed: Any) -> dict[str, Any]:
    plain = {"charger_id": "c", "connection_id": "l", "at": NOW, "direction": "in", "kind": "call", "action": None}
    return {"id": f"m{number}", **plain, "ocpp_id": None, "body": "[]", **changed}


@pytest.mark.parametrize(
    "body",
    ["", "[]", 'a "quoted" \\ text', "line\nline", "\\u0000", "ü😀", "'; DROP TABLE messages; --", "$.id %s :rows ?"],
)
def test_a_text_comes_back_as_it_went(database: Database, body: str) -> None:
    with database.write() as db:
        ADD_MESSAGES.execute(db, [message(1, body=body)])
        stored = db.scalar(select(Message.body))

    assert stored == body


@pytest.mark.parametrize("microsecond", [0, 1, 120_000])
def test_an_instant_is_stored_as_any_other_statement_stores_it(database: Database, microsecond: int) -> None:
    at = NOW.replace(microsecond=microsecond)
    elsewhere = at.astimezone(timezone(timedelta(hours=-5)))

    with database.write() as db:
        ADD_MESSAGES.execute(db, [message(1, at=elsewhere)])
        db.execute(insert(Message).values(message(2, at=at)))
        found = list(db.scalars(select(Message.id).where(Message.at == at).order_by(Message.id)))
        stored = db.scalar(select(Message.at).where(Message.id == "m1"))

    assert (found, stored) == (["m1", "m2"], at)


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="not JSON") as refused, database.write() as db:
        ADD_MESSAGES.execute(db, [message(1, at=NOW.replace(tzinfo=None))])

    assert isinstance(refused.value.__cause__, ValueError)


def test_a_document_within_a_row_comes_back(database: Database) -> None:
    with database.write() as db:
        owner = sign_up(db)
        session = make_session(db, make_charger(db, owner, make_home(db, owner)), owner)
        detail = {"due_at": "then", "steps": [1, None, {"deep": True}], "text": "“so”"}
        steps = [
            {"id": f"s{number}", "session_id": session.id, "at": NOW, "kind": "moved", "actor": "car", "detail": detail}
            for number in range(3)
        ]
        ADD_STEPS.execute(db, [step | dict.fromkeys(("actor_id", "cause", "message_id")) for step in steps])
        stored = list(db.scalars(select(TimelineEntry.detail).where(TimelineEntry.id.in_(["s0", "s1", "s2"]))))

    assert stored == [detail] * 3


def test_each_row_changes_its_own(database: Database) -> None:
    with database.write() as db:
        owner = sign_up(db)
        charger = make_charger(db, owner, make_home(db, owner))
        places = [{"charger_id": charger.id, "connector_id": number, "status": "Available"} for number in (1, 2, 3)]
        db.execute(insert(K), places)
        changes = [
            {**places[0], "status": "Preparing", "is_plugged_in": True, "at": NOW},
            {**places[2], "status": "Faulted", "is_plugged_in": False, "at": None},
            {**places[2], "connector_id": 9, "is_plugged_in": None, "at": None},
        ]
        changed = CHANGE.execute(db, changes)
        rows = db.execute(select(K.status, K.is_plugged_in, K.plugged_in_at).order_by(K.connector_id)).all()

    assert changed == 2
    assert [tuple(row) for row in rows] == [
        ("Preparing", True, NOW),
        ("Available", None, None),
        ("Faulted", False, None),
    ]


def test_rows_are_found_by_what_they_share_with_the_given_ones(database: Database) -> None:
    with database.write() as db:
        ADD_MESSAGES.execute(db, [message(number) for number in range(5)])
        found = FIND.fetch(db, [{"id": "m1"}, {"id": "m3"}, {"id": "m9"}])

    assert sorted(tuple(row) for row in found) == [("m1", NOW), ("m3", NOW)]
    assert found[0].at.tzinfo is UTC


def test_without_rows_nothing_is_written_or_found(database: Database) -> None:
    with database.write() as db:
        ADD_MESSAGES.execute(db, [message(1)])

        assert CHANGE.execute(db, []) == 0
        assert FIND.fetch(db, []) == ()
