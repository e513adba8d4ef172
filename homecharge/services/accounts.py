"""Register, look at, change and forget a person."""

import dataclasses
from datetime import datetime

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Account, Role, normalised_email
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.members import Departure
from homecharge.ports.units import Db
from homecharge.services.access_tokens import BadCredentials
from homecharge.services.cancelling import Cancellation
from homecharge.services.leaving import leave
from homecharge.services.members import OwnerStays
from homecharge.services.passwords import Passwords
from homecharge.storage.queries import accounts as queries
from homecharge.storage.queries import members
from homecharge.storage.queries.cancellations import forget_devices
from homecharge.storage.queries.erasing import erase_person, find_traces
from homecharge.storage.queries.tokens import revoke_families
from homecharge.storage.types import new_id


class EmailTaken(Refused):
    """Somebody has an account with this e-mail address."""

    code = "email_taken"
    title = "There is already an account with this e-mail address"
    advice = "Offer to sign in, or to reset the password."


class HomeNotEmpty(Refused):
    """The person owns a location that still has chargers; `location_ids` says which."""

    code = "not_empty"
    title = "Remove the chargers of your locations first"
    advice = "Show the locations of `location_ids`, and offer to remove their chargers."


@dataclasses.dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against; without an account both are None."""

    account_id: str | None
    password_hash: str | None
    about: tuple[str, ...] = ()
    """What is known of the person, of which no password of theirs is made."""


def register(
    db: Db, *, email: str, password_hash: str, name: str, locale: str = "en", role: Role = Role.DRIVER, now: datetime
) -> Account:
    """A new account; the hash was made before the unit began. Raises EmailTaken."""
    account = Account(
        id=new_id(),
        email=normalised_email(email),
        name=name,
        locale=locale,
        role=role,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    if not queries.add_account(db, account, password_hash=password_hash):
        raise EmailTaken
    return account


def get_credentials(db: Db, email: str) -> Credentials:
    """What to check a password against, before a unit of its own begins the log-in."""
    found = queries.find_credentials(db, normalised_email(email))
    return Credentials(None, None) if found is None else Credentials(*found)


def get_own_credentials(db: Db, account_id: str) -> Credentials:
    """What the password of somebody who is signed in is checked against; raises NotFound."""
    account = get_account(db, account_id)
    found = queries.find_credentials(db, account.email)
    about = (account.email, account.name)
    return Credentials(None, None) if found is None else Credentials(*found, about=about)


def check_password(credentials: Credentials, password: str, *, passwords: Passwords) -> str:
    """The account's id; raises BadCredentials, in the same time for a wrong password and an unknown account."""
    if not passwords.is_right(password, credentials.password_hash) or credentials.account_id is None:
        raise BadCredentials("This e-mail address and password do not belong together.")
    return credentials.account_id


def get_account(db: Db, account_id: str, *, for_update: bool = False) -> Account:
    """By id; raises NotFound."""
    account = queries.find_account(db, account_id, for_update=for_update)
    if account is None:
        raise NotFound
    return account


def change_account(
    db: Db, account: Account, *, name: str | None = None, locale: str | None = None, now: datetime
) -> Account:
    """What a person may edit of themselves; what is None or the same as before stays, without a new revision."""
    wanted = {"name": name, "locale": locale}
    changes = {field: value for field, value in wanted.items() if value not in {None, getattr(account, field)}}
    if not changes:
        return account
    queries.change_account(db, account.id, changes, now=now)
    return get_account(db, account.id)


def forget_account(db: Db, account: Account, *, now: datetime) -> None:
    """Delete everything personal; History stays with the homes, without the person.

    A home with other members is handed over first, and the chargers of any other go first, so that nobody's charge
    stops unexplained and no charger is left that nobody may see. Raises OwnerStays, HomeNotEmpty.
    """
    members.lock_homes_of(db, account.id)
    if shared := members.list_shared_homes(db, account.id):
        raise OwnerStays(location_ids=shared)
    if homes := queries.list_homes_with_chargers(db, account.id):
        raise HomeNotEmpty(location_ids=homes)
    traces = find_traces(db, account.id)
    by = Cancellation(by=account.id, device=None, action=Departure.ACCOUNT_DELETED)
    for member in members.list_memberships(db, account.id):
        if member.role is not MemberRole.OWNER:
            leave(db, member, by, now=now)
    forget_devices(db, account.id)
    revoke_families(db, account.id, save=None, now=now)  # whoever listens by one of them notices
    erase_person(db, account.id, traces, email=account.email, now=now)
