"""Of many requests with one key, exactly one has an effect, on either database."""

import contextlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from homecharge.services import accounts, idempotency
from homecharge.services.idempotency import Claim, ClaimLost, FirstStillRunning, KeyReused, Request, StoredAnswer
from homecharge.storage import models
from homecharge.storage.database import Database
from homecharge.storage.queries.retention import purge
from tests.homes import NOW

REQUEST = Request(caller="ada", method="POST", path="/v1/things", key="k", fingerprint="f" * 64)
ANSWER = StoredAnswer(201, {"Location": "/v1/things/1"}, '{"id":1}')
LEASE = idempotency.LEASE


def claim(database: Database, request: Request = REQUEST, *, after: timedelta = timedelta()) -> Claim | StoredAnswer:
    with database.write() as db:
        return idempotency.claim(db, request, now=NOW + after)


def claimed(database: Database, *, after: timedelta = timedelta()) -> Claim:
    found = claim(database, after=after)
    assert isinstance(found, Claim)
    return found


def have_effect(database: Database, held: Claim) -> None:
    with database.write() as db:
        accounts.register(db, email="ada@example.org", password_hash="", name="Ada", now=NOW)
        idempotency.settle(db, held, ANSWER)


def test_the_answer_is_told_again(database: Database) -> None:
    first = claimed(database)
    with database.write() as db:
        idempotency.settle(db, first, ANSWER)

    assert claim(database) == ANSWER


def test_while_the_first_runs_the_second_is_to_ask_again_soon(database: Database) -> None:
    claimed(database)

    with pytest.raises(FirstStillRunning) as refused:
        claim(database, after=timedelta(seconds=10.5))

    assert refused.value.retry_after_s == 1


def test_another_body_is_refused_whether_the_first_is_done_or_not(database: Database) -> None:
    first = claimed(database)
    other = Request(caller="ada", method="POST", path="/v1/things", key="k", fingerprint="0" * 64)

    with pytest.raises(KeyReused):
        claim(database, other)
    with database.write() as db:
        idempotency.settle(db, first, ANSWER)
    with pytest.raises(KeyReused):
        claim(database, other)


def test_a_released_key_is_free(database: Database) -> None:
    first = claimed(database)

    with database.write() as db:
        idempotency.release(db, first)

    assert isinstance(claim(database), Claim)


def test_a_claim_that_ran_out_is_taken_over_and_its_holder_has_no_effect(database: Database) -> None:
    slow = claimed(database)
    quick = claimed(database, after=LEASE)

    with pytest.raises(ClaimLost):
        have_effect(database, slow)
    with database.write() as db:
        idempotency.release(db, slow)
        idempotency.settle(db, quick, ANSWER)

    assert claim(database) == ANSWER
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(models.Account)) == 0


def test_effect_and_answer_roll_back_together(database: Database) -> None:
    first = claimed(database)

    with contextlib.suppress(ZeroDivisionError), database.write() as db:
        idempotency.settle(db, first, ANSWER)
        raise ZeroDivisionError

    with pytest.raises(FirstStillRunning):
        claim(database)


def test_of_many_at_once_one_has_the_effect(database: Database) -> None:
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def request() -> None:
        barrier.wait()
        try:
            found = claim(database)
        except FirstStillRunning:
            outcomes.append("still running")
            return
        if isinstance(found, StoredAnswer):
            outcomes.append("told again")
            return
        have_effect(database, found)
        outcomes.append("done")

    threads = [threading.Thread(target=request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 8
    assert outcomes.count("done") == 1
    assert claim(database) == ANSWER


def test_of_many_who_find_an_abandoned_claim_one_takes_it_over(database: Database) -> None:
    claimed(database)
    barrier = threading.Barrier(8)
    won: list[Claim] = []

    def take_over() -> None:
        barrier.wait()
        try:
            won.append(claimed(database, after=LEASE))
        except FirstStillRunning:
            return

    threads = [threading.Thread(target=take_over) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1


def test_keys_are_kept_for_a_day(database: Database) -> None:
    first = claimed(database)
    day = timedelta(hours=24)
    with database.write() as db:
        idempotency.settle(db, first, ANSWER)
        purge(db, "idempotency_keys", now=NOW + day - timedelta(seconds=1))
    kept = claim(database, after=day - timedelta(seconds=1))

    with database.write() as db:
        purge(db, "idempotency_keys", now=NOW + day)

    assert kept == ANSWER
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(models.IdempotencyKey)) == 0


def test_a_key_of_yesterday_is_new_even_before_it_is_purged(database: Database) -> None:
    first = claimed(database)
    with database.write() as db:
        idempotency.settle(db, first, ANSWER)

    assert isinstance(claim(database, after=timedelta(hours=24)), Claim)
