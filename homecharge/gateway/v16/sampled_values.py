"""From `meterValue` entries to samples in base units (OCPP 1.6 §7.33, §7.43): the gateway's hot path."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ocpp.v16.enums import Location, Measurand, Phase, ReadingContext, UnitOfMeasure, ValueFormat

from homecharge.gateway.schemas import Note
from homecharge.gateway.v16.instants import instant_or
from homecharge.gateway.v16.numbers import MAX_INT32
from homecharge.ports.charger_events import Sample

_ENERGY = Measurand.energy_active_import_register.value
_POWER = Measurand.power_active_import.value
_CURRENT = Measurand.current_import.value
_SOC = Measurand.soc.value

# (measurand, unit in lower case) to its factor; without a unit the value is in the base unit (§7.43).
_SCALES: dict[tuple[str, str], float] = {
    (measurand, unit.lower()): factor
    for measurand, units in {
        _ENERGY: {"": 1, UnitOfMeasure.wh.value: 1, UnitOfMeasure.kwh.value: 1000},
        _POWER: {"": 1, UnitOfMeasure.w.value: 1, UnitOfMeasure.kw.value: 1000},
        _CURRENT: {"": 1, UnitOfMeasure.a.value: 1},
        _SOC: {"": 1, UnitOfMeasure.percent.value: 1},
    }.items()
    for unit, factor in units.items()
}
_READ = frozenset(measurand for measurand, _ in _SCALES)
_LINES = {
    Phase.l1.value: 1,
    Phase.l1_n.value: 1,
    Phase.l2.value: 2,
    Phase.l2_n.value: 2,
    Phase.l3.value: 3,
    Phase.l3_n.value: 3,
}
_CONTEXTS = frozenset(context.value for context in ReadingContext)
_OUTLET = Location.outlet.value
_SIGNED = ValueFormat.signed_data.value
_MAX_ENERGY_WH = 2**53
_MAX_SOC_PERCENT = 100


class _Phases:
    """The values of one entry that are told by phase, or for another place than the outlet: second best, and rare."""

    def __init__(self) -> None:
        self._by_rank: dict[tuple[str, int], dict[int, float]] = {}

    def add(self, measurand: str, sampled: Mapping[str, Any], value: float) -> None:
        """Rank 0 is the outlet by phase, 1 another place as a whole, 2 another place by phase."""
        phase = sampled.get("phase")
        line = 0 if phase is None else _LINES.get(phase)
        if line is None:
            return  # neither the neutral nor line-to-line values are the car's
        is_outlet = sampled.get("location", _OUTLET) == _OUTLET or measurand == _SOC
        rank = 0 if is_outlet else 1 if line == 0 else 2
        self._by_rank.setdefault((measurand, rank), {}).setdefault(line, value)

    def complete(self, values: dict[str, float]) -> None:
        """Fill in what is missing from `values`: sums over the phases; of currents the highest."""
        for (measurand, _), by_line in sorted(self._by_rank.items(), key=lambda item: item[0][1]):
            combine = max if measurand == _CURRENT else sum
            values.setdefault(measurand, combine(by_line.values()))


def read_samples(entries: Iterable[Mapping[str, Any]], *, arrival: datetime, note: Note) -> tuple[Sample, ...]:
    """One sample per `meterValue` entry that has something to tell, in their order.

    What cannot be read is noted and left out. `arrival` stands for timestamps that cannot be read.
    """
    samples = []
    for entry in entries:
        values, context = _values(entry["sampledValue"], note)
        energy_wh = _whole(values.get(_ENERGY), _MAX_ENERGY_WH, note)
        power_w = _whole(values.get(_POWER), MAX_INT32, note)
        current_a = values.get(_CURRENT)
        soc_percent = _whole(values.get(_SOC), _MAX_SOC_PERCENT, note)
        if energy_wh is None and power_w is None and current_a is None and soc_percent is None:
            continue
        at = instant_or(arrival, entry["timestamp"], note)
        samples.append(
            Sample(at, energy_wh, power_w, current_a, soc_percent, context if context in _CONTEXTS else None)
        )
    return tuple(samples)


def _values(sampled_values: Iterable[Mapping[str, Any]], note: Note) -> tuple[dict[str, float], str | None]:
    """The values of one entry in base units, by measurand, and the first context told."""
    values: dict[str, float] = {}
    phases: _Phases | None = None
    context: str | None = None
    for sampled in sampled_values:
        context = context or sampled.get("context")
        measurand = sampled.get("measurand", _ENERGY)
        scale = _SCALES.get((measurand, sampled.get("unit", "").lower()))
        if scale is None:
            if measurand in _READ:
                note("a sampled value has a unit that does not fit its measurand: left out")
            continue  # voltages, temperatures and the like
        if sampled.get("format") == _SIGNED:
            continue
        try:
            value = float(sampled["value"]) * scale
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            note("a sampled value is not a number: left out")
        elif "phase" in sampled or "location" in sampled:
            phases = phases or _Phases()
            phases.add(measurand, sampled, value)
        else:
            values.setdefault(measurand, value)
    if phases is not None:
        phases.complete(values)
    return values, context


def _whole(value: float | None, limit: int, note: Note) -> int | None:
    if value is None:
        return None
    if abs(value) > limit:
        note("a sampled value is out of range: left out")
        return None
    return round(value)
