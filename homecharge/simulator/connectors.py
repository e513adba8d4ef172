"""The connectors of a simulated charge point, 0 being the charge point as a whole, and its clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.connector import Connector, ConnectorState
from homecharge.simulator.journal import Journal
from homecharge.simulator.meter import Meter


class Connectors:
    """The connectors of one charge point."""

    def __init__(self, behaviour: Behaviour, journal: Journal, *, connectors: int) -> None:
        self._behaviour = behaviour
        self._journal = journal
        self._all = [Connector(n, Meter(behaviour.register_wh, at=self.now())) for n in range(connectors + 1)]

    def __iter__(self) -> Iterator[Connector]:
        """Every connector, 0 first."""
        return iter(self._all)

    def connector(self, number: int) -> Connector:
        """The connector of this number.

        Raises:
            ValueError: the charge point has none such.
        """
        if not 0 <= number < len(self._all):
            raise ValueError(f"there is no connector {number}: this charge point has 1 to {len(self._all) - 1}")
        return self._all[number]

    def plugs(self) -> list[Connector]:
        """The connectors that take a cable."""
        return self._all[1:]

    def plug_of(self, number: int) -> Connector:
        """A connector that takes a cable.

        Raises:
            ValueError: the charge point has none such.
        """
        if number == 0:
            raise ValueError("connector 0 is the charge point as a whole: it takes no cable")
        return self.connector(number)

    def find_transaction(self, transaction_id: int) -> Connector | None:
        """The connector where this transaction runs."""
        return next((c for c in self._all if c.transaction and c.transaction.id == transaction_id), None)

    def state(self, number: int) -> ConnectorState:
        """A snapshot of one connector."""
        return self.connector(number).state(at=self.now())

    def now(self) -> float:
        """The instant meters are read at."""
        return self._journal.clock.monotonic()

    def wall(self) -> datetime:
        """What the charge point takes for the time."""
        return self._journal.clock.now() + timedelta(seconds=self._behaviour.clock_skew_s)

    def stamp(self) -> str:
        """That time as a message has it."""
        return self.wall().isoformat(timespec="milliseconds").replace("+00:00", "Z")
