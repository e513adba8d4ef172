"""MeterValues, many at once: registers become energy, flows are noticed, limits that are reached wake their session."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from homecharge.domain.charger_clock import skew_after
from homecharge.domain.metering import Metered, told
from homecharge.domain.recoveries import Event
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import MeterReport, Origin
from homecharge.ports.units import Db
from homecharge.services.costs import settle_costs
from homecharge.services.metered_transactions import counted, transaction_of
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import recover_open
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.metering import (
    Clock,
    change_clocks,
    lock_clocks,
    mark_sending_samples,
    read_metered,
    wake_metered,
    write_metered,
)
from homecharge.storage.queries.smart_sessions import wake_charging_to_soc


def record_samples(db: Db, reports: Sequence[tuple[Origin, MeterReport]], timing: Timing) -> None:
    """Store the samples of many MeterValues.

    Those of a replaced line, of connector 0 or of a transaction that is over are left to the message log.
    """
    clocks = lock_clocks(db, {origin.line.charger_id for origin, _ in reports})
    before = read_metered(db, reports, {charger_id: clock.skew_s for charger_id, clock in clocks.items()})
    after = dict(before)
    for origin, report in reports:
        clock = clocks.get(origin.line.charger_id)
        if clock is None or clock.connection_id != origin.line.connection_id or report.connector_id == 0:
            continue
        if (found := transaction_of(after, origin, report)) is not None:
            metered, samples = found
            is_named = report.transaction_id == metered.id
            after[metered.id] = counted(metered, origin, samples, is_named=is_named)
    now = max((origin.at for origin, _ in reports), default=None)
    changed = [(before[key], metered) for key, metered in after.items() if metered is not before[key]]
    if changed and now is not None:
        _store(db, [(b, told(b, a, now=now)) for b, a in changed], timing, now=now)
    _learn(db, reports, clocks, {metered.charger_id for _, metered in changed})


def _store(db: Db, changed: Sequence[tuple[Metered, Metered]], timing: Timing, *, now: datetime) -> None:
    write_metered(db, changed)
    late = {after.session_id for before, after in changed if after.is_lost and after.meter is not before.meter}
    settle_costs(db, {session_id for session_id in late if session_id is not None})
    charged = [a.session_id for b, a in changed if a.session_id is not None and a.soc_percent != b.soc_percent]
    if charged and wake_charging_to_soc(db, charged, now=now):
        ring_after_commit(db, ALARMS)
    decisive = [after.session_id for before, after in changed if _is_decisive(before, after)]
    if decisive:
        wake_metered(db, [session_id for session_id in decisive if session_id is not None], now=now)
        ring_after_commit(db, ALARMS)
    drawing = {
        (after.charger_id, after.connector_id)
        for before, after in changed
        if after.drew_at is not None and before.drew_at is None
    }
    if drawing and recover_open(db, drawing, (Event.CAR_DRAWS,), timing, now=now):
        ring_after_commit(db, ALARMS)


def _is_decisive(before: Metered, after: Metered) -> bool:
    """Whether the session must be looked at: energy flows for the first time, or its energy limit is reached."""
    if after.session_id is None:
        return False
    if after.drew_at is not None and before.drew_at is None:
        return True
    limit, energy_wh = after.energy_limit_wh, before.session_energy_wh
    rise = after.meter.energy_wh - before.meter.energy_wh
    return limit is not None and energy_wh < limit <= energy_wh + rise


def _learn(
    db: Db, reports: Sequence[tuple[Origin, MeterReport]], clocks: Mapping[str, Clock], metered: Collection[str]
) -> None:
    """A sample with less delay than any before corrects the charger's clock; any sample tells that it sends them."""
    skews: dict[str, float] = {}
    for origin, report in reports:
        clock = clocks.get(origin.line.charger_id)
        if clock is not None and clock.skew_s is not None and report.samples:
            known_s = skews.get(origin.line.charger_id, clock.skew_s)
            skew_s = skew_after(known_s, timestamp=report.samples[-1].at, received_at=origin.at)
            if skew_s != known_s:
                skews[origin.line.charger_id] = skew_s
    change_clocks(db, skews)
    mark_sending_samples(db, [charger_id for charger_id in metered if not clocks[charger_id].sends_samples])
