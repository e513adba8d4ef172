"""What is kept for a time only: said in the documentation, found by an index, deleted in batches."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.domain.access import MemberRole
from homecharge.domain.commands import FollowUp
from homecharge.domain.join_codes import JoinCode, join_code
from homecharge.domain.times import Interval
from homecharge.engine.housekeeping import Housekeeping
from homecharge.observability.clock import ManualClock
from homecharge.ports.units import Db
from homecharge.storage.database import Database
from homecharge.storage.models import Base, CommandFollowUp, CommandRow, JoinCodeRow, Message, Outage, Process
from homecharge.storage.queries import commands, join_codes, processes
from homecharge.storage.queries.retention import TERMS, oldest, purge
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, sign_up

DOCUMENT = Path(__file__).parents[2] / "docs/personal-data.md"
OLD, NEW = NOW - timedelta(days=91), NOW - timedelta(days=89)


def add_messages(database: Database, *instants: object) -> None:
    said = {"charger_id": "c", "connection_id": "l", "direction": "in", "kind": "call", "body": "[]"}
    with database.write() as db:
        db.execute(insert(Message), [{"id": new_id(), "at": at} | said for at in instants])


@pytest.mark.parametrize("name", TERMS)
def test_what_has_had_its_time_is_found_by_an_index(database: Database, name: str) -> None:
    query = oldest(name, until=NOW, limit=9).compile(database.engine, compile_kwargs={"render_postcompile": True})
    with database.read() as db:
        if database.is_sqlite:
            explained = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", tuple(query.params.values()))
        else:
            db.execute(text("SET LOCAL enable_seqscan = off"))
            db.execute(text("SET LOCAL enable_sort = off"))
            explained = db.exec_driver_sql(f"EXPLAIN {query}", query.params)
        plan = "\n".join(str(row) for row in explained)

    assert re.search(r"USING (COVERING )?INDEX|Index (Only )?Scan", plan), plan
    assert not re.search(r"'SCAN |TEMP B-TREE|Seq Scan|Sort|Bitmap", plan), plan


def test_a_batch_is_no_larger_than_asked(database: Database) -> None:
    add_messages(database, *[OLD] * 5, NEW)

    batches = []
    with database.write() as db:
        while gone := purge(db, "messages", now=NOW, limit=2):
            batches.append(gone)
        left = db.scalars(select(Message.at)).all()

    assert (batches, left) == ([2, 2, 1], [NEW])


def count(db: Db, table: type[Base]) -> int | None:
    return db.scalar(select(func.count()).select_from(table))


def test_a_command_goes_with_what_followed_it_and_no_sooner_than_the_audit_log(database: Database) -> None:
    asked = {"action": "Reset", "payload": {}, "to_send": None}
    with database.write() as db:
        ada = sign_up(db)
        charger_id = make_charger(db, ada, make_home(db, ada)).id
        for days in (731, 729):
            given_at = NOW - timedelta(days=days)
            given = commands.add_command(db, charger_id=charger_id, by=ada.account_id, now=given_at, **asked)
            commands.add_follow_up(db, given, FollowUp(at=NOW, action="BootNotification", detail={}, message_id=None))

        assert purge(db, "commands", now=NOW) == 1
        assert (
            db.scalars(select(CommandFollowUp.command_id)).all() == db.scalars(select(CommandRow.id)).all() == [given]
        )


def test_a_process_that_beats_is_kept_however_long_it_runs(database: Database) -> None:
    with database.write() as db:
        for beat_at in (NOW - timedelta(days=91), NOW):
            processes.mark_beat(db, "long at work", "gateway", now=beat_at)
        processes.mark_beat(db, "long gone", "gateway", now=NOW - timedelta(days=91))

        assert purge(db, "processes", now=NOW) == 1
        assert db.scalars(select(Process.id)).all() == ["long at work"]


def test_an_outage_is_kept_since_its_end(database: Database) -> None:
    with database.write() as db:
        processes.add_outage(db, Interval(NOW - timedelta(days=99), NOW - timedelta(days=91)))
        processes.add_outage(db, Interval(NOW - timedelta(days=99), NOW - timedelta(days=89)))

        assert purge(db, "outages", now=NOW) == 1
        assert count(db, Outage) == 1


def test_a_joining_code_is_known_for_a_while_after_it_expired(database: Database) -> None:
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        for number, days in enumerate((31, 29)):
            code = JoinCode(
                id=new_id(),
                location_id=home.id,
                code=join_code(number),
                role=MemberRole.USER,
                uses=1,
                used=1,
                expires_at=NOW - timedelta(days=days),
                revoked_at=None,
                created_by=ada.account_id,
                created_at=NOW - timedelta(days=40),
            )
            join_codes.add_code(db, code)

        assert purge(db, "join_codes", now=NOW) == 1
        assert db.scalars(select(JoinCodeRow.code)).all() == [code.code]


async def test_tidying_deletes_all_that_has_had_its_time_and_heeds_the_installations_own_term(
    database: Database,
) -> None:
    add_messages(database, *[OLD] * 3, NEW, NOW)
    work = Housekeeping(
        database,
        MemoryBell(),
        ManualClock(NOW),
        process_id=new_id(),
        roles="scheduler",
        silent=timedelta(seconds=15),
        keep_messages=timedelta(days=30),
        agents_stay=timedelta(hours=12),
    )

    await work.tidy()

    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Message)) == 1


def test_the_documentation_says_of_each_how_long_it_is_kept() -> None:
    _, _, kept = DOCUMENT.read_text(encoding="utf-8").partition("## Kept for a time")
    said = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", kept, re.MULTILINE))

    assert {name: int(term.kept / timedelta(days=1)) for name, term in TERMS.items()} == {
        name: int((re.match(r"\d+", words) or "0")[0]) for name, words in said.items()
    }
