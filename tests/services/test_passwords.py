"""Passwords are chosen against a list of common ones and changed once; other devices are signed out."""

import pytest
from argon2 import PasswordHasher

from homecharge.domain.accounts import Caller
from homecharge.domain.passwords import PasswordTooCommon, PasswordTooShort
from homecharge.services import accounts, tokens
from homecharge.services.access_tokens import AccessTokens, BadCredentials, TokenRevoked
from homecharge.services.changing_passwords import change_password
from homecharge.services.passwords import Passwords, common_passwords
from homecharge.storage.database import Database
from tests.homes import NOW, sign_up

ACCESS = AccessTokens("a key of at least thirty-two characters")
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def log_in(database: Database, account_id: str) -> tuple[Caller, str]:
    with database.write() as db:
        issued = tokens.log_in(db, account_id, device="phone", access=ACCESS, now=NOW)
        return tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW), issued.access_token


def test_the_list_of_common_passwords_is_there_and_in_lower_case():
    assert {"password1", "1qaz2wsx3edc4rfv"} <= common_passwords()
    assert all(entry == entry.lower() for entry in common_passwords())


@pytest.mark.parametrize(
    ("password", "refusal"), [("1QAZ2wsx3edc4rfv", PasswordTooCommon), ("7 chars", PasswordTooShort)]
)
def test_a_bad_password_is_not_hashed(password: str, refusal: type[Exception]):
    with pytest.raises(refusal):
        PASSWORDS.choose(password, about=())


def test_who_changes_the_password_stays_signed_in_and_nobody_else_does(database: Database):
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
    here, mine = log_in(database, ada.account_id)
    _, elsewhere = log_in(database, ada.account_id)
    _, bobs = log_in(database, bob.account_id)

    with database.write() as db:
        known = accounts.get_own_credentials(db, ada.account_id)
        change_password(db, here, known=known, password_hash=PASSWORDS.hash("new one"), now=NOW)

    with database.read() as db:
        changed = accounts.get_own_credentials(db, ada.account_id)
        kept = [tokens.authenticate(db, token, access=ACCESS, now=NOW).name for token in (mine, bobs)]
        with pytest.raises(TokenRevoked):
            tokens.authenticate(db, elsewhere, access=ACCESS, now=NOW)
    assert kept == ["Ada", "Bob"]
    assert accounts.check_password(changed, "new one", passwords=PASSWORDS) == ada.account_id


def test_of_two_changes_at_a_time_the_first_counts(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        known = accounts.get_own_credentials(db, ada.account_id)
        change_password(db, ada, known=known, password_hash="first", now=NOW)

    with pytest.raises(BadCredentials), database.write() as db:
        change_password(db, ada, known=known, password_hash="second", now=NOW)
