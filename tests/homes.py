"""People, homes, chargers and charges for tests to begin with."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller, Role
from homecharge.domain.chargers import Charger, NewCharger
from homecharge.domain.homes import Location
from homecharge.domain.notification_targets import Device
from homecharge.domain.restricted_hours import Choice, RestrictedHours
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services import tokens
from homecharge.services.access_tokens import AccessTokens
from homecharge.services.accounts import register
from homecharge.services.adding_chargers import add_charger
from homecharge.services.locations import add_location
from homecharge.services.planning import plan_session
from homecharge.services.tries import Try
from homecharge.storage.models import Charger as ChargerRow
from homecharge.storage.models import ChargingSession, Member
from homecharge.storage.queries.sessions import get_session

ACCESS = AccessTokens("a key of at least thirty-two characters")
NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
OCPP_URL = "ws://127.0.0.1:9000/ocpp"


def sign_up(db: Db, name: str = "Ada", *, role: Role = Role.DRIVER) -> Caller:
    account = register(db, email=f"{name}@example.org", password_hash="-", name=name, role=role, now=NOW)
    return Caller(
        account_id=account.id, name=name, locale="en", role=role, family_id="the log-in", device=f"{name}'s phone"
    )


def log_in(db: Db, person: Caller) -> Caller:
    """The person through a log-in that there is."""
    issued = tokens.log_in(db, person.account_id, device=person.device, access=ACCESS, now=NOW)
    return tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW)


def phone_of(person: Caller, push_token: str = "token", install_id: str = "phone") -> Device:
    """An installation of the app, put through the log-in of a person."""
    return Device(
        install_id=install_id,
        platform="ios",
        push_token=push_token,
        app_version="1",
        locale="en",
        login_id=person.family_id,
        put_at=NOW,
    )


def make_home(db: Db, owner: Caller, **place: str) -> Location:
    chosen = {"name": "Home", "country": "GB", "time_zone": "Europe/London", "currency": "GBP"} | place
    return add_location(db, **chosen, caller=owner, now=NOW)


def join(db: Db, home: Location, member: Caller, role: MemberRole) -> None:
    values = {"location_id": home.id, "account_id": member.account_id, "role": role, "joined_at": NOW}
    db.execute(insert(Member).values(values))


def make_charger(
    db: Db,
    owner: Caller,
    home: Location,
    identity: str = "CP1",
    *,
    hours: RestrictedHours | None = None,
    delay_max_s: int = 0,
) -> NewCharger:
    """A charger that nothing binds, unless asked for: neither restricted hours nor a random delay."""
    made = add_charger(
        db,
        home,
        identity=identity,
        name="Drive",
        restricted_hours=hours or RestrictedHours(Choice.NONE),
        ocpp_url=OCPP_URL,
        caller=owner,
        now=NOW,
    )
    db.execute(update(ChargerRow).where(ChargerRow.id == made.id).values(random_delay_max_s=delay_max_s))
    return made


def make_session(
    db: Db,
    charger: Charger,
    driver: Caller | None,
    *,
    status: Status = Status.PLANNED,
    kind: Kind = Kind.BOOST,
    due_at: datetime = NOW,
    **columns: Any,
) -> Session:
    """A session of any status, put there without the moves that lead to it."""
    driver_id = None if driver is None else driver.account_id
    attempt = Try(
        kind=kind,
        location_id=charger.location_id,
        charger_id=charger.id,
        connector_id=1,
        driver_id=driver_id,
        due_at=due_at,
    )
    session = plan_session(db, attempt, actor=Actor.DRIVER, actor_id=driver_id, now=NOW)
    db.execute(update(ChargingSession).where(ChargingSession.id == session.id).values(status=status, **columns))
    return get_session(db, session.id)
