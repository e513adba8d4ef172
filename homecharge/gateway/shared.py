"""What all lines of a gateway share."""

from dataclasses import dataclass

from homecharge.gateway.instruments import Instruments
from homecharge.gateway.limits import Limits, Timing
from homecharge.observability.clock import Clock
from homecharge.ports.charger_events import ChargerEvents


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Whom to tell, the clock, the bounds and the metrics."""

    events: ChargerEvents
    clock: Clock
    limits: Limits
    timing: Timing
    instruments: Instruments
