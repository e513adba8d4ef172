"""What a batch of decisions needs to know, read at once: chargers, connectors, transactions, sessions, outages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select

from homecharge.domain.charger_state import (
    ChargerState,
    ConnectorState,
    ConnectorStatus,
    OfflineCause,
    StartMode,
    Transaction,
)
from homecharge.domain.charging_profiles import told_smart_charging
from homecharge.domain.facts import OtherSession, Recovered
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import BOUNDED, LIVE, Kind, Status
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, ChargingSession, Connector, Outage, TransactionRow
from homecharge.storage.queries.lines import refusal_of

Place = tuple[str, int]
"""A connector: the charger's id and the connector's number."""
INSTALLING = "Installing"


def read_chargers(db: Db, charger_ids: Iterable[str]) -> dict[str, ChargerState]:
    """Line and settings by charger id."""
    c = Charger
    rows = db.execute(
        select(
            c.id,
            c.connection_id,
            c.connected_at,
            c.last_seen_at,
            c.offline_since,
            c.offline_cause,
            c.first_seen_at,
            c.last_refusal,
            c.start_mode,
            c.charge_now,
            c.capabilities,
            c.refuses_profiles,
            c.zero_limit_ends_tx,
            c.restarts_from_finishing,
            c.remote_start_tag,
            c.connection_timeout_s,
            c.firmware_status,
            c.sends_samples,
        ).where(c.id.in_(list(charger_ids)))
    )
    return {
        row.id: ChargerState(
            id=row.id,
            connected_at=row.connected_at if row.connection_id is not None else None,
            last_seen_at=row.last_seen_at,
            offline_since=row.offline_since,
            offline_cause=OfflineCause(row.offline_cause) if row.offline_cause else None,
            ever_connected=row.first_seen_at is not None,
            last_refusal=refusal_of(row.last_refusal),
            start_mode=StartMode(row.start_mode),
            charge_now=row.charge_now,
            can_hold=_can_hold(row),
            restarts=bool(row.restarts_from_finishing) and row.start_mode == StartMode.CONTROLLED,
            remote_start_tag=row.remote_start_tag,
            connection_timeout=(
                timedelta(seconds=row.connection_timeout_s) if row.connection_timeout_s is not None else None
            ),
            installing_firmware=row.firmware_status == INSTALLING,
            sends_samples=row.sends_samples,
        )
        for row in rows
    }


def _can_hold(row: Row[Any]) -> bool:
    is_able = told_smart_charging(row.capabilities) is not False and not row.refuses_profiles
    return is_able and not row.zero_limit_ends_tx


def read_connectors(db: Db, charger_ids: Iterable[str]) -> dict[Place, ConnectorState]:
    """Every connector of the chargers, connector 0 too."""
    k = Connector
    rows = db.execute(
        select(
            k.charger_id,
            k.connector_id,
            k.status,
            k.error_code,
            k.reported_at,
            k.changed_at,
            k.message_id,
            k.plugged_in_at,
            k.full_at,
            k.soc_percent,
            k.soc_at,
            k.held_at,
        ).where(k.charger_id.in_(list(charger_ids)))
    )
    return {
        (row.charger_id, row.connector_id): ConnectorState(
            connector_id=row.connector_id,
            status=ConnectorStatus(row.status),
            error_code=row.error_code,
            reported_at=row.reported_at,
            changed_at=row.changed_at,
            message_id=row.message_id,
            plugged_in_at=row.plugged_in_at,
            full_at=row.full_at,
            soc_percent=row.soc_percent,
            soc_at=row.soc_at,
            held_at=row.held_at,
        )
        for row in rows
    }


def read_transactions(db: Db, charger_ids: Iterable[str], session_ids: Sequence[str]) -> dict[Place, list[Transaction]]:
    """The transactions of the sessions, and every open one of the chargers, oldest first."""
    t = TransactionRow
    rows = db.execute(
        select(
            t.id,
            t.charger_id,
            t.connector_id,
            t.session_id,
            t.is_refused,
            t.started_at,
            t.message_id,
            t.heard_at,
            t.energy_wh,
            t.has_samples,
            t.drew_at,
            t.drew_message_id,
            t.stop_at,
            t.stop_tries,
            t.stopped_at,
            t.stop_reason,
            t.stop_message_id,
            t.is_lost,
            t.is_ended_by_zero,
            t.is_paused,
        )
        .where(
            t.is_orphan.is_(False),
            or_(t.session_id.in_(session_ids), t.charger_id.in_(list(charger_ids)) & t.stopped_at.is_(None)),
        )
        .order_by(t.id)
    )
    found: dict[Place, list[Transaction]] = defaultdict(list)
    for row in rows:
        found[row.charger_id, row.connector_id].append(
            Transaction(
                id=row.id,
                connector_id=row.connector_id,
                session_id=row.session_id,
                is_refused=row.is_refused,
                started_at=row.started_at,
                message_id=row.message_id,
                heard_at=row.heard_at,
                energy_wh=row.energy_wh,
                has_samples=row.has_samples,
                drew_at=row.drew_at,
                drew_message_id=row.drew_message_id,
                stop_at=row.stop_at,
                stop_tries=row.stop_tries,
                stopped_at=row.stopped_at,
                stop_reason=row.stop_reason,
                stop_message_id=row.stop_message_id,
                is_lost=row.is_lost,
                is_ended_by_zero=row.is_ended_by_zero,
                is_paused=row.is_paused,
            )
        )
    return found


def read_live_sessions(db: Db, charger_ids: Iterable[str]) -> dict[Place, list[OtherSession]]:
    """Sessions that are starting, charging or paused on the chargers."""
    s = ChargingSession
    rows = db.execute(
        select(
            s.id,
            s.reference,
            s.kind,
            s.status,
            s.charger_id,
            s.connector_id,
            s.started_at,
            s.commanded_at,
            s.due_at,
            s.window_end,
        ).where(s.charger_id.in_(list(charger_ids)), s.wake_at.is_not(None), s.status.in_(LIVE))
    )
    found: dict[Place, list[OtherSession]] = defaultdict(list)
    for row in rows:
        found[row.charger_id, row.connector_id].append(
            OtherSession(
                id=row.id,
                reference=row.reference,
                kind=Kind(row.kind),
                status=Status(row.status),
                since=row.started_at or row.commanded_at or row.due_at,
                ends_at=row.window_end if Kind(row.kind) in BOUNDED else None,
            )
        )
    return found


def read_recovered(db: Db, session_ids: Sequence[str]) -> dict[str, Recovered]:
    """The tries that others recover, by id."""
    if not session_ids:
        return {}
    s = ChargingSession
    rows = db.execute(select(s.id, s.reason, s.due_at).where(s.id.in_(session_ids)))
    return {
        row.id: Recovered(session_id=row.id, reason=Code(row.reason) if row.reason else None, due_at=row.due_at)
        for row in rows
    }


def read_outages(db: Db, *, since: datetime) -> list[Interval]:
    """Our outages that ended after `since`, newest first."""
    rows = db.execute(
        select(Outage.began_at, Outage.ended_at).where(Outage.ended_at > since).order_by(Outage.ended_at.desc())
    )
    return [Interval(row.began_at, row.ended_at) for row in rows]
