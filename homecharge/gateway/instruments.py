"""The gateway's share of the metrics, with the labels looked up once instead of with every frame."""

from collections.abc import Iterable

from homecharge.observability.metrics import Metrics

_OTHER = "other"


class Instruments:
    """Counts frames and times handlers by action. Actions that nobody knows share one label."""

    def __init__(self, metrics: Metrics, *, inbound: Iterable[str]) -> None:
        self._metrics = metrics
        known = (*inbound, _OTHER)
        self._received = {action: metrics.ocpp_frames.labels(action, "in").inc for action in known}
        self._seconds = {action: metrics.ocpp_handler_seconds.labels(action).observe for action in known}
        self.connected = metrics.connected_chargers

    def call_received(self, action: str) -> None:
        """A charger asked something."""
        self._received.get(action, self._received[_OTHER])()

    def call_answered(self, action: str, *, seconds: float) -> None:
        """It has its answer."""
        self._seconds.get(action, self._seconds[_OTHER])(seconds)

    def call_sent(self, action: str) -> None:
        """We asked something."""
        self._metrics.ocpp_frames.labels(action, "out").inc()

    def command_over(self, action: str, outcome: str) -> None:
        """A command came to its end."""
        self._metrics.commands.labels(action, outcome).inc()
