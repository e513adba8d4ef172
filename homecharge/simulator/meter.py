"""The meter of one connector: energy that flowed, and samples of it as OCPP 1.6 spells them (§7.28-7.34)."""

from homecharge.simulator.behaviour import Behaviour, Payload

VOLTAGE_V = 230
SECONDS_PER_HOUR = 3600


class Meter:
    """A register in Wh under a flow in W. Instants are those of the loop's clock, in seconds."""

    __slots__ = ("_energy_wh", "_samples", "_scale", "_since", "power_w")

    def __init__(self, register_wh: float, *, at: float) -> None:
        self.power_w = 0
        self._energy_wh = float(register_wh)
        self._scale = 1.0
        self._since = at
        self._samples = 0

    def read_wh(self, *, at: float) -> int:
        """What the register shows, in whole Wh."""
        return int(self._flowed_wh(at))

    def flow(self, power_w: int, time_scale: float, *, at: float) -> None:
        """Let this much flow from now on."""
        self._energy_wh = self._flowed_wh(at)
        self._since = at
        self.power_w = power_w
        self._scale = time_scale

    def reset(self, register_wh: float = 0, *, at: float) -> None:
        """Show another figure from now on, as registers do that reset."""
        self._energy_wh = float(register_wh)
        self._since = at

    def sample(self, measurands: tuple[str, ...], context: str, behaviour: Behaviour, *, at: float) -> list[Payload]:
        """One `sampledValue` of the measurands the charge point has; the energy in Wh or kWh as it behaves."""
        self._samples += 1
        in_kwh = behaviour.unit == "kWh" or (behaviour.unit == "alternating" and self._samples % 2 == 0)
        energy_wh = self.read_wh(at=at)
        power_w = 0 if behaviour.power_stuck_at_zero else self.power_w
        values = {
            "Energy.Active.Import.Register": (f"{energy_wh / 1000:.3f}", "kWh") if in_kwh else (str(energy_wh), "Wh"),
            "Power.Active.Import": (str(power_w), "W"),
            "Current.Import": (f"{power_w / VOLTAGE_V:.1f}", "A"),
            "Voltage": (str(VOLTAGE_V), "V"),
        }
        if behaviour.soc_percent is not None:
            values["SoC"] = (f"{behaviour.soc_percent:g}", "Percent")
        return [
            {"value": values[name][0], "context": context, "measurand": name, "unit": values[name][1]}
            for name in measurands
            if name in values
        ]

    def _flowed_wh(self, at: float) -> float:
        return self._energy_wh + self.power_w * self._scale * (at - self._since) / SECONDS_PER_HOUR
