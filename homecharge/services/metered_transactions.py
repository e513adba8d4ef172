"""Transactions while samples are counted into them: whose a sample is, and what it adds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from homecharge.domain.charger_clock import corrected
from homecharge.domain.metering import Meter, Metered, MeterReading, flows, register_read
from homecharge.ports.charger_events import MeterReport, Origin, Sample

_CLOCK_ALIGNED = "Sample.Clock"


def transaction_of(
    known: Mapping[int, Metered], origin: Origin, report: MeterReport
) -> tuple[Metered, Sequence[Sample]] | None:
    """Whose samples these are, and which of them: of the one they name, or of the one that is open on the connector.

    An id may be missing or made up: then samples from before it began are another's, and a refused one comes last.
    """
    charger_id, named = origin.line.charger_id, known.get(report.transaction_id or 0)
    if named is not None and named.charger_id == charger_id:
        return (named, report.samples) if named.is_open or named.is_lost else None
    here = [
        metered
        for metered in known.values()
        if metered.charger_id == charger_id and metered.connector_id == report.connector_id and metered.is_open
    ]
    if not here:
        return None
    newest = max(here, key=lambda metered: (not metered.is_refused, metered.id))
    skew_s, at = newest.skew_s, origin.at
    return newest, [s for s in report.samples if corrected(s.at, skew_s, received_at=at) >= newest.started_at]


def counted(metered: Metered, origin: Origin, samples: Iterable[Sample], *, is_named: bool) -> Metered:
    """The transaction after samples of a report that named it or did not.

    Clock-aligned samples come without a transaction, too (OCPP 1.6, *Clock-Aligned Meter Values*): those that neither
    name one nor show energy are no sign of it.
    """
    at = origin.at
    for sample in samples:
        sampled_at = corrected(sample.at, metered.skew_s, received_at=at)
        previous = metered.meter
        meter = previous if sample.energy_wh is None else register_read(previous, sample.energy_wh, at=sampled_at)
        is_news = meter is not previous or sample.energy_wh is None
        draws = (
            metered.drew_at is None
            and is_news
            and flows(meter.energy_wh, power_w=sample.power_w, current_a=sample.current_a)
        )
        is_heard = is_named or sample.context != _CLOCK_ALIGNED or meter.energy_wh > previous.energy_wh
        metered = metered._replace(
            meter=meter,
            has_samples=metered.has_samples or _tells_flow(sample),
            drew_at=sampled_at if draws else metered.drew_at,
            drew_message_id=origin.message_id if draws else metered.drew_message_id,
            power_w=sample.power_w if sample.power_w is not None else metered.power_w,
            soc_percent=sample.soc_percent if sample.soc_percent is not None else metered.soc_percent,
            heard_at=at if is_heard else metered.heard_at,
            readings=(*metered.readings, *_reading(metered, meter, sample, sampled_at=sampled_at, at=at)),
        )
    return metered


def _tells_flow(sample: Sample) -> bool:
    """A state of charge alone does not show whether energy flows."""
    return sample.energy_wh is not None or sample.power_w is not None or sample.current_a is not None


def _reading(
    metered: Metered, meter: Meter, sample: Sample, *, sampled_at: datetime, at: datetime
) -> tuple[MeterReading, ...]:
    is_repeat = sample.energy_wh is not None and meter is metered.meter
    if metered.session_id is None or is_repeat:
        return ()
    return (MeterReading(sampled_at, at, meter.energy_wh, sample.power_w, sample.soc_percent),)
