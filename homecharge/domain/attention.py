"""What the people of a home should look at: what stands in the way of charging, what is missing, what will fail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from homecharge.domain.access import Action, MemberRole, is_allowed
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.chargers import ChargerDetails, ConnectorView, LineState
from homecharge.domain.homes import Location
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.outlook import CheckState, Outlook, Verdict
from homecharge.domain.rejections import CATALOGUE, ActionKind


class AttentionCode(StrEnum):
    """Public contract: never renamed, only added. The order is that of one severity."""

    FAULTED = "faulted"
    OFFLINE = "offline"
    NEVER_CONNECTED = "never_connected"
    UNAVAILABLE = "unavailable"
    WILL_NOT_START = "will_not_start"
    AT_RISK = "at_risk"
    NO_CHARGER = "no_charger"
    NO_TARIFF = "no_tariff"


class Severity(StrEnum):
    """How an app should order and colour it; the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Remedy(StrEnum):
    """What can be done about it besides what `ActionKind` names."""

    CONNECT_CHARGER = "connect_charger"
    ADD_CHARGER = "add_charger"


LONG_OFFLINE = timedelta(hours=1)
SOON = timedelta(hours=12)
"""What will fail later than this may well be mended by then: few cars are plugged in at noon for the night."""
REFUSED = "refused"
"""A variant: the charger tried to connect, and we refused it."""
_NEEDS: dict[ActionKind | Remedy, Action] = {
    ActionKind.RESTART_CHARGER: Action.RESTART_CHARGERS,
    ActionKind.ADD_TARIFF: Action.EDIT_TARIFF,
    ActionKind.EDIT_RESTRICTED_HOURS: Action.EDIT_RESTRICTED_HOURS,
    ActionKind.PAIR_CARD: Action.EDIT_CARDS,
    Remedy.CONNECT_CHARGER: Action.EDIT_CHARGERS,
    Remedy.ADD_CHARGER: Action.ADD_CHARGERS,
}


@dataclass(frozen=True, slots=True)
class AttentionAction:
    """The one thing to do, for a button, and the id of what it is done to."""

    kind: ActionKind | Remedy
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Something to look at. `since` None: it is not known, or lies ahead. `params` are what its sentence needs."""

    code: AttentionCode
    severity: Severity
    since: datetime | None
    location_id: str
    charger_id: str | None = None
    occurrence_id: str | None = None
    variant: str | None = None
    action: AttentionAction | None = None
    params: dict[str, Any] = field(default_factory=dict)


def of_location(location: Location, *, has_chargers: bool) -> Iterator[Attention]:
    """What a home lacks."""
    if not has_chargers:
        yield Attention(
            code=AttentionCode.NO_CHARGER,
            severity=Severity.INFO,
            since=location.created_at,
            location_id=location.id,
            action=_action(Remedy.ADD_CHARGER, location.id, location.my_role),
        )
    if location.tariff is None:
        yield Attention(
            code=AttentionCode.NO_TARIFF,
            severity=Severity.INFO,
            since=None,
            location_id=location.id,
            action=_action(ActionKind.ADD_TARIFF, location.id, location.my_role),
        )


def of_charger(charger: ChargerDetails, *, now: datetime) -> Iterator[Attention]:
    """What keeps a charger from charging; of one without a line, what it last said counts for nothing."""
    line = charger.connection
    if line.state is LineState.NEVER:
        yield _without_line(charger, AttentionCode.NEVER_CONNECTED, Severity.WARNING, Remedy.CONNECT_CHARGER)
    elif line.state is LineState.OFFLINE:
        is_long = line.last_seen_at is not None and now - line.last_seen_at >= LONG_OFFLINE
        severity = Severity.ERROR if is_long else Severity.WARNING
        yield _without_line(charger, AttentionCode.OFFLINE, severity, ActionKind.CHECK_WIFI)
    else:
        yield from _by_its_word(charger)


def of_outlook(outlook: Outlook, charger: ChargerDetails, occurrence: Occurrence, *, now: datetime) -> Attention | None:
    """A charge that will not start, or may not; what `telling_check` says of it is put into words when it is read."""
    if outlook.verdict is Verdict.WILL_START or (occurrence.ready_by or occurrence.starts_at) - now > SOON:
        return None
    will_not = outlook.verdict is Verdict.WILL_NOT_START
    reason = next((check.rejection for check in outlook.checks if check.rejection is not None), None)
    kind = None if reason is None else CATALOGUE[reason.code].action
    target = occurrence.id if kind is ActionKind.BOOST else charger.id
    return Attention(
        code=AttentionCode.WILL_NOT_START if will_not else AttentionCode.AT_RISK,
        severity=Severity.ERROR if will_not else Severity.WARNING,
        since=None,
        location_id=charger.location_id,
        charger_id=charger.id,
        occurrence_id=occurrence.id,
        action=None if kind is None else _action(kind, target, charger.my_role),
        params={"starts_at": occurrence.starts_at, "ready_by": occurrence.ready_by},
    )


def telling_check(outlook: Outlook) -> int:
    """The place of the check that says most: one that fails before one that is not known."""
    states = [check.state for check in outlook.checks]
    return next((states.index(state) for state in (CheckState.FAILS, CheckState.UNKNOWN) if state in states), 0)


def in_order(found: Iterable[Attention]) -> list[Attention]:
    """The worst first; of one severity in the order of the codes."""
    severities, codes = list(Severity), list(AttentionCode)
    return sorted(found, key=lambda each: (severities.index(each.severity), codes.index(each.code)))


def _without_line(
    charger: ChargerDetails, code: AttentionCode, severity: Severity, kind: ActionKind | Remedy
) -> Attention:
    line = charger.connection
    refusal = line.last_refusal
    return Attention(
        code=code,
        severity=Severity.ERROR if refusal is not None else severity,
        since=line.last_seen_at if code is AttentionCode.OFFLINE else charger.created_at,
        location_id=charger.location_id,
        charger_id=charger.id,
        variant=None if refusal is None else REFUSED,
        action=_action(Remedy.CONNECT_CHARGER if refusal is not None else kind, charger.id, charger.my_role),
        params={"charger": charger.name, "since": line.last_seen_at}
        | ({} if refusal is None else {"reason": refusal.reason, "refused_at": refusal.at}),
    )


def _by_its_word(charger: ChargerDetails) -> Iterator[Attention]:
    told = [view for view in (charger.station, *charger.connectors) if view is not None and not view.stale]
    for status, code, kind in (
        (ConnectorStatus.FAULTED, AttentionCode.FAULTED, ActionKind.RESTART_CHARGER),
        (ConnectorStatus.UNAVAILABLE, AttentionCode.UNAVAILABLE, ActionKind.CONTACT_SUPPORT),
    ):
        if (view := _first(told, status)) is not None:
            yield Attention(
                code=code,
                severity=Severity.ERROR,
                since=view.reported_at,
                location_id=charger.location_id,
                charger_id=charger.id,
                action=_action(kind, charger.id, charger.my_role),
                params={"charger": charger.name, "error_code": _fault(view)},
            )


def _first(told: Iterable[ConnectorView], status: ConnectorStatus) -> ConnectorView | None:
    return next((view for view in told if view.state is status), None)


def _fault(view: ConnectorView) -> str | None:
    return None if view.error_code == "NoError" else view.error_code


def _action(kind: ActionKind | Remedy, target: str, role: MemberRole) -> AttentionAction | None:
    """None for a member who may not do it."""
    needed = _NEEDS.get(kind)
    return AttentionAction(kind, target) if needed is None or is_allowed(role, needed) else None
