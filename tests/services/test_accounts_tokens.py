"""Refresh tokens rotate; a lost answer may be asked for again, a stolen token ends the log-in."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Unauthenticated
from homecharge.services import tokens
from homecharge.services.access_tokens import AccessTokens, BadCredentials, TokenExpired, TokenRevoked
from homecharge.services.tokens import Tokens
from homecharge.storage import models
from homecharge.storage.database import Database
from homecharge.storage.queries.retention import purge
from tests.homes import NOW

ACCESS = AccessTokens("a key of at least thirty-two characters")
MINUTE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def first(database: Database, ada: Caller) -> Tokens:
    with database.write() as db:
        return tokens.log_in(db, ada.account_id, device="phone", access=ACCESS, now=NOW)


def rotate(database: Database, issued: Tokens, *, after: timedelta = SECOND) -> Tokens:
    with database.write() as db:
        found = tokens.rotate(db, issued.refresh_token, access=ACCESS, now=NOW + after)
    if isinstance(found, TokenRevoked):
        raise found
    return found


def is_live(database: Database, issued: Tokens) -> bool:
    with database.read() as db:
        try:
            tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW)
        except Unauthenticated:
            return False
    return True


def test_an_access_token_names_its_caller(database: Database, ada: Caller, first: Tokens) -> None:
    with database.read() as db:
        caller = tokens.authenticate(db, first.access_token, access=ACCESS, now=NOW)

    assert (caller.account_id, caller.name, caller.role, caller.device) == (ada.account_id, "Ada", ada.role, "phone")


def test_a_chain_of_rotations_goes_on(database: Database, first: Tokens) -> None:
    second = rotate(database, first)

    third = rotate(database, second)

    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert is_live(database, third)


def test_a_lost_answer_may_be_asked_for_again_for_a_minute(database: Database, first: Tokens) -> None:
    rotate(database, first, after=SECOND)

    again = rotate(database, first, after=SECOND + MINUTE)

    assert is_live(database, again)


def test_a_minute_later_it_ends_the_login(database: Database, first: Tokens) -> None:
    second = rotate(database, first, after=SECOND)

    with pytest.raises(TokenRevoked):
        rotate(database, first, after=SECOND * 2 + MINUTE)

    assert not is_live(database, second)
    with pytest.raises(TokenRevoked):
        rotate(database, second, after=SECOND * 3 + MINUTE)


def test_two_rotations_back_it_ends_the_login_at_once(database: Database, first: Tokens) -> None:
    third = rotate(database, rotate(database, first))

    with pytest.raises(TokenRevoked):
        rotate(database, first)

    assert not is_live(database, third)


@pytest.mark.parametrize("kept", [0, 1])
def test_of_two_answers_to_one_token_either_may_be_kept(database: Database, first: Tokens, kept: int) -> None:
    answers = [rotate(database, first), rotate(database, first)]

    following = rotate(database, answers[kept], after=MINUTE * 10)

    assert is_live(database, following)


def test_the_answer_that_was_not_kept_ends_the_login_when_it_comes_back(database: Database, first: Tokens) -> None:
    kept, stolen = rotate(database, first), rotate(database, first)
    rotate(database, kept, after=MINUTE * 10)

    with pytest.raises(TokenRevoked):
        rotate(database, stolen, after=MINUTE * 12)

    assert not is_live(database, kept)


def test_a_refresh_token_lasts_sixty_days(database: Database, first: Tokens) -> None:
    with pytest.raises(TokenExpired):
        rotate(database, first, after=timedelta(days=60))

    assert rotate(database, first, after=timedelta(days=60) - SECOND).expires_in == 900


@pytest.mark.parametrize("unknown", ["", "unknown", "x" * 200])
def test_an_unknown_refresh_token_is_bad_credentials(database: Database, unknown: str) -> None:
    with pytest.raises(BadCredentials), database.write() as db:
        tokens.rotate(db, unknown, access=ACCESS, now=NOW)


def test_logging_out_ends_one_login_and_no_other(database: Database, ada: Caller, first: Tokens) -> None:
    with database.write() as db:
        other = tokens.log_in(db, ada.account_id, device="tablet", access=ACCESS, now=NOW)
        caller = tokens.authenticate(db, first.access_token, access=ACCESS, now=NOW)
        tokens.log_out(db, caller, now=NOW)

    assert not is_live(database, first)
    assert is_live(database, other)


def test_who_went_away_between_password_and_login_is_not_let_in(database: Database) -> None:
    with pytest.raises(BadCredentials), database.write() as db:
        tokens.log_in(db, "00000000-0000-7000-8000-000000000001", device=None, access=ACCESS, now=NOW)


def test_many_at_once_with_one_token_all_get_usable_answers(database: Database, first: Tokens) -> None:
    answers: list[Tokens] = []
    threads = [threading.Thread(target=lambda: answers.append(rotate(database, first))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as db:
        newest = db.scalar(select(func.max(models.RefreshToken.sequence)))
    assert (len(answers), newest) == (8, 2)
    assert is_live(database, rotate(database, answers[-1]))


def test_what_has_expired_is_purged_with_its_login(database: Database, first: Tokens) -> None:
    with database.write() as db:
        kept = [purge(db, name, now=NOW + timedelta(days=59)) for name in ("refresh_tokens", "token_families")]
    assert is_live(database, first)

    with database.write() as db:
        gone = [purge(db, name, now=NOW + timedelta(days=60)) for name in ("refresh_tokens", "token_families")]

    assert (kept, gone) == ([0, 0], [1, 1])
    assert not is_live(database, first)
