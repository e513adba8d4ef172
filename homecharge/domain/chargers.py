"""A charger as a member of its location sees it, and what may be set on it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from homecharge.domain.access import MemberRole, is_session_shown
from homecharge.domain.charger_state import ConnectorState, ConnectorStatus, LastRefusal, StartMode, is_of_line
from homecharge.domain.session_state import Kind, Session, Status

# To Python `$` also matches before a newline at the very end, hence the look-ahead.
IDENTITY = r"^[A-Za-z0-9._-]{1,48}$(?!\n)"
"""What a charger may be called in its OCPP address (api.md, *Chargers*)."""
TAG = r"^[\x21-\x7e]{1,20}$(?!\n)"
"""An id token: visible ASCII, at most 20 characters (OCPP 1.6 §7.28, CiString20Type)."""
RANDOM_DELAY_MAX_S = 1800  # SI 2021/1467, regulation 11: the delay is configurable up to 1800 s
_LEGAL_DELAY_S = {"GB": 600}
PHASES = (1, 2, 3)
VOLTAGE_V = (100, 500)
CURRENT_A = (6, 80)  # IEC 61851-1: a car is offered 6 A at least, 80 A at most


class Solar(StrEnum):
    """Whether surplus is the only energy to charge with; a Boost and a card are not bound by it."""

    OFF = "off"
    ONLY = "only"


class LineState(StrEnum):
    """Whether the charger's socket is open, was, or never has been."""

    NEVER = "never"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSettings:
    """What a PATCH may change."""

    name: str
    charge_now: bool = False
    start_mode: StartMode = StartMode.CONTROLLED
    remote_start_tag: str | None = None
    random_delay_max_s: int = 0
    applies_own_delay: bool = False
    phases: int = 1
    voltage_v: int = 230
    min_current_a: int = 6
    max_current_a: int = 32
    vehicle_id: str | None = None
    solar: Solar = Solar.OFF
    accept_any: bool = False


KEPT_BY_CHARGER = ("charge_now", "start_mode", "phases", "voltage_v", "max_current_a")
"""Settings that change what a charger is told to keep by default."""


def default_settings(name: str, *, country: str) -> ChargerSettings:
    """The settings of a new charger; the random delay is the law's where there is one."""
    return ChargerSettings(name=name, random_delay_max_s=_LEGAL_DELAY_S.get(country, 0))


def settings_problems(settings: ChargerSettings) -> dict[str, list[str]]:
    """What no single field shows, by field; empty when the settings go together."""
    found = {}
    if settings.min_current_a > settings.max_current_a:
        found["min_current_a"] = [f"Not above max_current_a, which is {settings.max_current_a}."]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The charger's line. `connected_at` is None while no socket is open."""

    first_seen_at: datetime | None
    last_seen_at: datetime | None
    connected_at: datetime | None
    protocol: str | None
    last_refusal: LastRefusal | None

    @property
    def state(self) -> LineState:
        """Online, offline, or never seen."""
        if self.connected_at is not None:
            return LineState.ONLINE
        return LineState.NEVER if self.first_seen_at is None else LineState.OFFLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far something is that the charger does by itself, in OCPP's words, and when it last said so."""

    status: str
    at: datetime | None


NEVER_CONNECTED = Connection(first_seen_at=None, last_seen_at=None, connected_at=None, protocol=None, last_refusal=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charger(ChargerSettings):
    """One charge point, its settings and line. `my_role`, `country` and `time_zone` are those of its location."""

    id: str
    location_id: str
    identity: str
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware_version: str | None
    connection: Connection
    capabilities: dict[str, Any]
    proposed_start_mode: StartMode | None
    firmware: Progress | None = None
    diagnostics: Progress | None = None
    my_role: MemberRole
    country: str
    time_zone: str
    revision: int
    restricted_hours_revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorView:
    """What a connector last said; `stale` when that was before the present connection, or there is none."""

    id: int
    state: ConnectorStatus = ConnectorStatus.UNKNOWN
    plugged_in: bool | None = None
    error_code: str | None = None
    reported_at: datetime | None = None
    stale: bool = True


NEVER_REPORTED = (ConnectorView(id=1),)
"""A charger has a connector 1 before it says so (OCPP 1.6 §4.9 numbers them from 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSession:
    """The live session of a charger. `id` is None for a member who may neither see nor stop it."""

    id: str | None
    mine: bool
    status: Status
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerDetails(Charger):
    """A charger with its connectors (one at least) and what goes on there.

    `station` is the charger as a whole (OCPP's connector 0), None while it has said nothing of itself.
    """

    station: ConnectorView | None
    connectors: tuple[ConnectorView, ...]
    active_session: ActiveSession | None

    @property
    def connector(self) -> ConnectorView:
        """The first of them: most homes have one."""
        return self.connectors[0]


@dataclass(frozen=True, slots=True)
class OcppAccess:
    """What the charger must be told: where to connect, and its password, which is kept nowhere in the clear."""

    url: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCharger(ChargerDetails):
    """A charger that has just been added, with what it must be told."""

    ocpp: OcppAccess


def view_connector(connector: ConnectorState, *, connected_at: datetime | None) -> ConnectorView:
    """A connector as it is shown while the present connection has lasted since `connected_at`."""
    return ConnectorView(
        id=connector.connector_id,
        state=connector.status,
        plugged_in=connector.is_plugged_in,
        error_code=connector.error_code,
        reported_at=connector.reported_at,
        stale=not is_of_line(connector.reported_at, connected_at=connected_at),
    )


def view_session(session: Session, *, role: MemberRole, account_id: str) -> ActiveSession:
    """A live session as a member with that role is shown it."""
    is_own = session.driver_id == account_id
    is_shown = is_session_shown(role, is_own=is_own, kind=session.kind)
    return ActiveSession(id=session.id if is_shown else None, mine=is_own, status=session.status, kind=session.kind)
