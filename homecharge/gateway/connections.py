"""Which charger has which line here. The newest one owns the charger (design.md §3, "Two sockets of one charger")."""

from collections.abc import Iterator

from prometheus_client import Gauge

from homecharge.gateway.line import ChargerLine


class Connections:
    """The lines of this process, by charger."""

    def __init__(self, connected: Gauge) -> None:
        self._lines: dict[str, ChargerLine] = {}
        self._connected = connected

    def __iter__(self) -> Iterator[ChargerLine]:
        """All lines, as they are now."""
        return iter(list(self._lines.values()))

    def __len__(self) -> int:
        return len(self._lines)

    def find(self, charger_id: str) -> ChargerLine | None:
        """The charger's line."""
        return self._lines.get(charger_id)

    def put(self, line: ChargerLine) -> ChargerLine | None:
        """Make it the charger's line; returns the one that it replaces."""
        replaced = self._lines.get(line.about.charger_id)
        self._lines[line.about.charger_id] = line
        self._connected.set(len(self._lines))
        return replaced

    def remove(self, line: ChargerLine) -> None:
        """The line is gone; without effect where another has replaced it."""
        if self._lines.get(line.about.charger_id) is line:
            del self._lines[line.about.charger_id]
            self._connected.set(len(self._lines))
