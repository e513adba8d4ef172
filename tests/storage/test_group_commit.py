"""Group commit: many writes share a commit, a bad one fails alone, and none is durable before its caller wakes."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from homecharge.domain.errors import Unavailable
from homecharge.ports.units import Db
from homecharge.storage.database import Database
from homecharge.storage.group_commit import GroupCommit
from homecharge.storage.models import Process

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def write(db: Db, ids: Sequence[str]) -> Sequence[str]:
    if "bad" in ids:
        raise LookupError
    db.execute(insert(Process), [{"id": one, "roles": "api", "started_at": AT, "beat_at": AT} for one in ids])
    return [f"wrote {one}" for one in ids]


def count(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Process)) or 0


async def test_waiting_items_share_one_commit_and_each_gets_its_own_result(database: Database) -> None:
    sizes: list[int] = []
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test", observe=sizes.append)
    results = await asyncio.gather(*(commit.submit(f"p{n}") for n in range(300)))
    await commit.close()
    assert results == [f"wrote p{n}" for n in range(300)]
    assert sizes == [256, 44]
    assert count(database) == 300


async def test_what_was_submitted_is_durable_when_its_caller_wakes(database: Database) -> None:
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test")
    await commit.submit("p1")
    durable = count(database)
    await commit.close()
    assert durable == 1


async def test_a_bad_item_fails_alone(database: Database) -> None:
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test")
    results = await asyncio.gather(*map(commit.submit, ("p1", "bad", "p2")), return_exceptions=True)
    await commit.close()
    assert results[::2] == ["wrote p1", "wrote p2"]
    assert isinstance(results[1], LookupError)
    assert count(database) == 2


async def test_without_a_database_the_whole_batch_is_told_at_once() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test")
    results = await asyncio.gather(*map(commit.submit, ("p1", "p2")), return_exceptions=True)
    await commit.close()
    database.close()
    assert [type(result).__mro__[1] for result in results] == [Unavailable, Unavailable]


async def test_what_was_posted_waits_for_a_database_that_is_away(database: Database) -> None:
    was_away, is_written = threading.Event(), threading.Event()

    def write_when_back(db: Db, ids: Sequence[str]) -> Sequence[str]:
        if not was_away.is_set():
            was_away.set()
            raise Unavailable
        is_written.set()
        return write(db, ids)

    commit: GroupCommit[str, str] = GroupCommit(database, write_when_back, name="test")
    commit.post("p1")
    await asyncio.to_thread(is_written.wait, 10)
    await commit.close()

    assert was_away.is_set()
    assert count(database) == 1


async def test_closing_does_not_wait_for_a_database_that_is_away() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test")
    commit.post("p1")
    async with asyncio.timeout(10):
        await commit.close()
    database.close()

    assert commit.backlog == 0


async def test_closing_writes_what_waits(database: Database) -> None:
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test", delay_s=0.1)
    commit.post("p1")
    await commit.close()
    assert count(database) == 1


async def test_an_item_put_after_an_idle_time_starts_the_work_anew(database: Database) -> None:
    commit: GroupCommit[str, str] = GroupCommit(database, write, name="test")
    await commit.submit("p1")
    await asyncio.sleep(0.02)
    result = await asyncio.wait_for(commit.submit("p2"), 5)
    await commit.close()
    assert result == "wrote p2"
    with pytest.raises(LookupError):
        await GroupCommit(database, write, name="test").submit("bad")
