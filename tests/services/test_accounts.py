"""People sign up once per address, change what is theirs, and can be forgotten."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Account, Role
from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.texts import DEFAULT
from homecharge.services import accounts, tokens
from homecharge.services.access_tokens import AccessTokens, BadCredentials, TokenRevoked
from homecharge.services.accounts import Credentials, EmailTaken, HomeNotEmpty
from homecharge.services.history import describe_session, get_visible_session
from homecharge.services.members import OwnerStays
from homecharge.services.passwords import Passwords
from homecharge.services.removing_chargers import remove_charger
from homecharge.services.stopping import cancel_session
from homecharge.services.timelines import list_timeline
from homecharge.storage import models
from homecharge.storage.database import Database
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up

ACCESS = AccessTokens("a key of at least thirty-two characters")
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def register(database: Database, email: str = "ada@example.org") -> Account:
    with database.write() as db:
        return accounts.register(db, email=email, password_hash="hash", name="Ada", now=NOW)


def test_a_new_account_is_a_drivers_in_english(database: Database) -> None:
    account = register(database, " Ada@Example.ORG ")

    with database.read() as db:
        assert accounts.get_account(db, account.id) == account
    assert (account.email, account.role, account.locale, account.revision) == (
        "ada@example.org",
        Role.DRIVER,
        "en",
        1,
    )


def test_an_address_has_one_account(database: Database) -> None:
    register(database)

    with pytest.raises(EmailTaken), database.write() as db:
        accounts.register(db, email="ADA@example.org", password_hash="other", name="Eve", now=NOW)


def test_a_password_is_checked_against_its_account(database: Database) -> None:
    with database.write() as db:
        account = accounts.register(
            db, email="ada@example.org", password_hash=PASSWORDS.hash("ﬁne words"), name="Ada", now=NOW
        )

    with database.read() as db:
        credentials = accounts.get_credentials(db, "ADA@example.org")
    account_id = accounts.check_password(credentials, "fine words", passwords=PASSWORDS)

    assert account_id == account.id


@pytest.mark.parametrize(
    "credentials", [Credentials(None, None), Credentials("id", PASSWORDS.hash("right one")), Credentials("id", "")]
)
def test_a_wrong_password_and_an_unknown_account_are_told_the_same(credentials: Credentials) -> None:
    with pytest.raises(BadCredentials) as refused:
        accounts.check_password(credentials, "wrong one", passwords=PASSWORDS)

    assert refused.value.detail == "This e-mail address and password do not belong together."


def test_an_edit_makes_a_revision(database: Database) -> None:
    account = register(database)

    with database.write() as db:
        changed = accounts.change_account(db, account, name="Grace", now=NOW + timedelta(hours=1))

    assert (changed.name, changed.locale, changed.revision) == ("Grace", "en", 2)
    assert changed.updated_at == NOW + timedelta(hours=1)


def test_an_account_that_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound), database.read() as db:
        accounts.get_account(db, "00000000-0000-7000-8000-000000000001")


def test_who_owns_a_charger_is_not_forgotten(database: Database) -> None:
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        make_charger(db, ada, home)

    with pytest.raises(HomeNotEmpty) as refused, database.write() as db:
        accounts.forget_account(db, accounts.get_account(db, ada.account_id), now=NOW)

    assert refused.value.data == {"location_ids": [home.id]}


def test_who_shares_a_home_of_theirs_is_not_forgotten(database: Database) -> None:
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
        home = make_home(db, ada)
        make_charger(db, ada, home)
        join(db, home, bob, MemberRole.USER)

    with pytest.raises(OwnerStays) as refused, database.write() as db:
        accounts.forget_account(db, accounts.get_account(db, ada.account_id), now=NOW)

    assert refused.value.data == {"location_ids": [home.id]}


def test_who_is_forgotten_leaves_a_history_of_nobody(database: Database) -> None:
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        charger = make_charger(db, ada, home)
        session = make_session(db, charger, ada)
        remove_charger(db, charger, caller=ada, now=NOW)
        issued = tokens.log_in(db, ada.account_id, device="phone", access=ACCESS, now=NOW)
        accounts.forget_account(db, accounts.get_account(db, ada.account_id), now=NOW)

    with database.read() as db:
        left = {row.email: row.name for row in db.execute(select(models.Account.email, models.Account.name))}
        driver = db.scalar(select(models.ChargingSession.driver_id).where(models.ChargingSession.id == session.id))
        members = db.scalars(select(models.Member.account_id)).all()
        place = db.execute(select(models.Location.name, models.Location.deleted_at)).one()
        with pytest.raises(TokenRevoked):
            tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW)
    assert left == {f"deleted-{ada.account_id}": ""}
    assert (driver, members, place.name, place.deleted_at) == (None, [], "", NOW)


def test_what_somebody_forgotten_cancelled_names_neither_them_nor_their_devices(database: Database) -> None:
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
        home = make_home(db, ada)
        join(db, home, bob, MemberRole.ADMIN)
        charger = make_charger(db, ada, home)
        session = make_session(db, charger, ada)
        cancel_session(db, session.id, caller=bob, now=NOW)
        accounts.forget_account(db, accounts.get_account(db, bob.account_id), now=NOW)

    with database.read() as db:
        cancelled, _ = get_visible_session(db, session.id, caller=ada)
        shown = describe_session(db, cancelled, language=DEFAULT, now=NOW).rejection
        story = list_timeline(db, session.id, Keyset(limit=9), caller=ada, language=DEFAULT, now=NOW)
    assert shown is not None
    assert shown.detail == "A former member cancelled this charge at 11:05."
    assert [fact.text for fact in shown.evidence] == ["Cancelled by a former member"]
    assert "Bob" not in f"{cancelled} {shown} {story}"


def test_the_address_of_somebody_forgotten_is_free(database: Database) -> None:
    account = register(database)

    with database.write() as db:
        accounts.forget_account(db, account, now=NOW)

    assert register(database).id != account.id
