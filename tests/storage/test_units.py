"""Units of work: one transaction each, nothing lost to a race, and an absent database said in words."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.domain.errors import Unavailable
from homecharge.ports.units import Db
from homecharge.storage.database import Database, DatabaseUnavailable, InvariantBroken, ring_after_commit
from homecharge.storage.models import Process
from homecharge.storage.single_run import AlreadyRunning, only_run

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def add_process(db: Db, process_id: str = "p1", roles: str = "api") -> None:
    db.execute(insert(Process).values(id=process_id, roles=roles, started_at=AT, beat_at=AT))


def roles_of(database: Database, process_id: str = "p1") -> str | None:
    with database.read() as db:
        return db.scalar(select(Process.roles).where(Process.id == process_id))


def test_a_write_unit_commits_once_at_its_end(database: Database) -> None:
    with database.write() as db:
        add_process(db)
        seen_meanwhile = roles_of(database)
    assert seen_meanwhile is None
    assert roles_of(database) == "api"


def test_an_exception_rolls_everything_back(database: Database) -> None:
    def fail(db: Db) -> None:
        add_process(db)
        raise LookupError

    with pytest.raises(LookupError), database.write() as db:
        fail(db)
    assert roles_of(database) is None


def test_a_read_unit_writes_nothing(database: Database) -> None:
    with database.read() as db:
        add_process(db)
    assert roles_of(database) is None


def test_four_threads_that_read_then_write_lose_no_increment(database: Database) -> None:
    with database.write() as db:
        add_process(db, roles="0")

    def count() -> None:
        for _ in range(50):
            with database.write() as db:
                value = db.scalar(select(Process.roles).where(Process.id == "p1").with_for_update())
                db.execute(update(Process).where(Process.id == "p1").values(roles=str(int(value or 0) + 1)))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert roles_of(database) == "200"


def test_a_constraint_that_says_no_is_a_broken_invariant(database: Database) -> None:
    with database.write() as db:
        add_process(db)
    with pytest.raises(InvariantBroken), database.write() as db:
        add_process(db)


def test_instants_come_back_aware_and_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    with database.write() as db:
        add_process(db)
        found = db.scalar(select(Process.started_at))
    assert found == AT
    assert found is not None
    assert found.tzinfo is UTC
    with pytest.raises(Exception, match="naive"), database.write() as db:
        db.execute(update(Process).values(beat_at=datetime(2026, 11, 20)))  # noqa: DTZ001 - the point


async def test_bells_ring_after_the_commit_and_not_after_a_failure(database_url: str) -> None:
    bell = MemoryBell()
    await bell.open()
    database = Database(database_url, bell=bell)

    def ring(db: Db, *, fails: bool) -> None:
        ring_after_commit(db, "failed" if fails else "alarms")
        if fails:
            raise LookupError

    async with bell.bells("alarms", "failed") as rings:
        with pytest.raises(LookupError):
            await database.run_write(ring, fails=True)
        await database.run_write(ring, fails=False)
        heard = await asyncio.wait_for(anext(rings), 5)
    database.close()
    assert heard == "alarms"


def test_a_database_that_is_away_is_unavailable_and_says_when_to_come_back() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable) as refused, database.read():
        pass
    database.close()
    assert isinstance(refused.value, Unavailable)
    assert refused.value.retry_after_s > 0


def test_a_connection_cut_in_the_middle_of_a_unit_is_unavailable_and_the_next_unit_works(postgresql_url: str) -> None:
    database = Database(postgresql_url)

    def work(db: Db) -> None:
        pid = db.scalar(text("SELECT pg_backend_pid()"))
        with database.write() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        db.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable), database.write() as db:
        work(db)
    with database.read() as db:
        works = db.scalar(text("SELECT 1"))
    database.close()
    assert works == 1


def test_a_unit_whose_process_froze_in_the_middle_gives_its_locks_back(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.write() as db:
        add_process(db)

    def freeze(db: Db) -> None:
        db.execute(update(Process).values(roles="frozen"))
        db.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
        with database.write() as other:  # waits for the row until the server has given up on the frozen one
            other.execute(update(Process).values(roles="alive"))
        db.execute(text("SELECT 1"))

    with database.read() as db:
        patience = db.scalar(text("SHOW idle_in_transaction_session_timeout"))
    with pytest.raises(DatabaseUnavailable), database.write() as db:
        freeze(db)
    roles = roles_of(database)
    database.close()
    assert (patience, roles) == ("20s", "alive")


def test_two_units_that_deadlock_end_with_one_winner_and_one_told(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.write() as db:
        add_process(db, "p1")
        add_process(db, "p2")
    both_hold_one = threading.Barrier(2)
    told: list[type[Exception]] = []

    def swap(first: str, second: str) -> None:
        try:
            with database.write() as db:
                db.execute(update(Process).where(Process.id == first).values(roles=first))
                both_hold_one.wait()
                db.execute(update(Process).where(Process.id == second).values(roles=first))
        except InvariantBroken:
            told.append(InvariantBroken)

    threads = [threading.Thread(target=swap, args=pair) for pair in (("p1", "p2"), ("p2", "p1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    assert told == [InvariantBroken]


def test_a_second_run_on_the_same_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "homecharge.db"
    with only_run(path), pytest.raises(AlreadyRunning, match="One process per SQLite file"), only_run(path):
        pass
    with only_run(path):
        assert path.with_name("homecharge.db.lock").exists()
