"""A simulated OCPP 1.6-J charge point: everything a person, a car or a test can do to it, and all it shows."""

from collections.abc import Callable

from homecharge.simulator.behaviour import Payload
from homecharge.simulator.connector import NO_ERROR, ConnectorState, IdToken
from homecharge.simulator.journal import Direction, Frame, Kind
from homecharge.simulator.reservations import can_take
from homecharge.simulator.station import Station

WITHIN_S = 15.0


class ChargePoint(Station):
    """One charge point on a real socket.

    A physical action returns when the server has answered what the action caused: at once without a line, after five
    seconds at most. Each raises ValueError for a connector the charge point does not have.
    """

    # The cable and the car.

    async def plug_in(self, connector: int = 1) -> None:
        """Plug the car in; with free-vend, or after an accepted start, a transaction begins."""
        self.journal.note("the cable is plugged in")
        self.charging.plug_in(self.charging.plug_of(connector))
        await self.settled()

    async def unplug(self, connector: int = 1) -> None:
        """Pull the cable; a transaction ends EVDisconnected, and the next car is not full."""
        self.journal.note("the cable is pulled")
        self.charging.unplug(self.charging.plug_of(connector))
        await self.settled()

    async def battery_full(self, connector: int = 1) -> None:
        """Let the car take nothing more: SuspendedEV in a transaction, now or later."""
        self.journal.note("the battery is full")
        self.charging.plug_of(connector).car_is_full = True
        await self._refresh(connector)

    async def car_draws(self, connector: int = 1) -> None:
        """Let the car take energy again."""
        self.journal.note("the car draws")
        self.charging.plug_of(connector).car_is_full = False
        await self._refresh(connector)

    async def set_power(self, power_w: int) -> None:
        """What a charging car draws from now on, in W; 0 is a car that charges and takes nothing."""
        self.behaviour.power_w = power_w
        for plug in self.charging.plugs():
            self.charging.refresh(plug)
        await self.settled()

    # The person at the charge point.

    async def present_card(self, id_tag: str, connector: int = 1) -> bool:
        """Hold a card to the reader: Authorize, then a start (once plugged in) or the end of the transaction.

        The card that started a transaction ends it unasked, another of its parentIdTag after Authorize. Returns whether
        the card was accepted here; `answers` has what the server said of it, now and at the start.
        """
        plug = self.charging.plug_of(connector)
        running = plug.transaction
        if running and running.id_tag.casefold() == id_tag.casefold():
            self.charging.stop(plug, "Local", id_tag=id_tag)
            await self.settled()
            return True
        token = await self.cards.authorize(id_tag)
        if token is None:
            return False
        if running is None and can_take(self, plug, token):
            self.charging.claim(plug, token)
        elif running is None and plug.can_start():
            self.journal.note("the connector is kept for somebody else")
            return False
        elif running and running.parent_tag and running.parent_tag == token.parent:
            self.charging.stop(plug, "Local", id_tag=id_tag)
        await self.settled()
        return True

    async def press_stop(self, connector: int = 1, *, reason: str = "Local") -> None:
        """End the transaction at the charge point: Local, or EmergencyStop, or any reason of OCPP 1.6."""
        await self.stop_transaction(reason, connector)

    async def set_unavailable(self, connector: int = 0) -> None:
        """Take a connector (0: all) out of service at the charge point."""
        await self._set_operative(connector, operative=False)

    async def set_available(self, connector: int = 0) -> None:
        """Put a connector (0: all) into service."""
        await self._set_operative(connector, operative=True)

    # The hardware.

    async def fault(
        self, error_code: str = "InternalError", connector: int = 1, *, ends_transaction: bool = True
    ) -> None:
        """Break down with an OCPP 1.6 error code; connector 0 is the charge point as a whole."""
        self.journal.note(f"fault {error_code}")
        failed = self.charging.connector(connector)
        for plug in self.charging.plugs() if failed.id == 0 else [failed]:
            if ends_transaction:
                self.charging.stop(plug, "Other")
        failed.error_code = error_code
        await self._refresh(connector)

    async def clear_fault(self, connector: int = 1) -> None:
        """Work again."""
        self.charging.connector(connector).error_code = NO_ERROR
        await self._refresh(connector)

    async def hold_back(self, connector: int = 1) -> None:
        """Withhold energy as load management does: SuspendedEVSE."""
        self.charging.plug_of(connector).is_held = True
        await self._refresh(connector)

    async def let_go(self, connector: int = 1) -> None:
        """End `hold_back`."""
        self.charging.plug_of(connector).is_held = False
        await self._refresh(connector)

    async def reset_register(self, register_wh: int = 0, connector: int = 1) -> None:
        """Let the meter's register show another figure."""
        self.charging.plug_of(connector).meter.reset(register_wh, at=self.charging.now())

    async def reboot(self, *, hard: bool = False, reason: str = "Reboot") -> None:
        """Restart: end transactions, drop the line, connect and boot; returns when the server has accepted the boot."""
        await self.restart(hard=hard, reason=reason)
        await self.connect()

    # What a test does and no person can.

    async def start_transaction(self, id_tag: str, connector: int = 1) -> None:
        """Begin a transaction now, whatever the server was asked; ends nothing that runs.

        Raises:
            ValueError: a transaction runs there already.
        """
        plug = self.charging.plug_of(connector)
        if plug.transaction:
            raise ValueError(f"a transaction runs on connector {connector} already")
        self.charging.start(plug, IdToken(id_tag))
        await self.settled()

    async def stop_transaction(self, reason: str = "Local", connector: int = 1) -> None:
        """End the transaction, if any, with this reason."""
        self.charging.stop(self.charging.plug_of(connector), reason)
        await self.settled()

    async def sample(self, connector: int = 1) -> None:
        """Send MeterValues now, outside the interval."""
        self.charging.sample(self.charging.plug_of(connector), "Sample.Periodic")
        await self.settled()

    async def replay(self, connector: int = 1) -> None:
        """Report the present or last transaction once more, word for word, as a charge point that lost its notes."""
        self.charging.replay(self.charging.plug_of(connector))
        await self.settled()

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send any CALL and return its answer.

        Raises:
            CallFailed: as LineDown, NoAnswer or CallRefused.
        """
        return await self.line.call(action, payload)

    async def transfer_data(self, vendor: str, message: str | None = None, data: str | None = None) -> Payload:
        """Send a DataTransfer and return its answer.

        Raises:
            CallFailed: as `call`.
        """
        more = {"messageId": message, "data": data}
        body = {"vendorId": vendor, **{key: value for key, value in more.items() if value is not None}}
        return await self.call("DataTransfer", body)

    async def send_raw(self, frame: str | bytes) -> None:
        """Send anything as one WebSocket frame: text for str, binary for bytes."""
        await self.line.send_raw(frame)

    # What it shows.

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The last frames both ways, oldest first."""
        return tuple(self.journal.frames)

    @property
    def connected(self) -> bool:
        """Whether there is a line, as far as the charge point can tell."""
        return self.line.is_up

    @property
    def queued(self) -> int:
        """Transaction messages the server has not answered yet."""
        return len(self.outbox)

    @property
    def overlapping_calls(self) -> int:
        """CALLs of the server that came while it still waited for an earlier answer; OCPP-J allows none."""
        return self.line.overlapping_calls

    def sent(self, action: str) -> list[Frame]:
        """The CALLs of this action that it sent, oldest first."""
        return self._calls(action, "sent")

    def received(self, action: str) -> list[Frame]:
        """The CALLs of this action that it received, oldest first."""
        return self._calls(action, "received")

    def answers(self, action: str) -> list[Frame]:
        """What the server answered to its CALLs of this action, oldest first."""
        return [f for f in self.journal.frames if (f.kind, f.direction, f.action) == ("CALLRESULT", "received", action)]

    def state(self, connector: int = 1) -> ConnectorState:
        """What a connector is like now."""
        return self.charging.state(connector)

    async def expect(
        self, action: str, direction: Direction = "received", *, kind: Kind = "CALL", within_s: float = WITHIN_S
    ) -> Frame:
        """The oldest such frame that no earlier `expect` returned, past or to come.

        Raises:
            TimeoutError: there is none in time.
        """
        return await self.journal.until(lambda: self.journal.expected(action, direction, kind), within_s=within_s)

    async def until(
        self, holds: Callable[[ConnectorState], bool], connector: int = 1, *, within_s: float = WITHIN_S
    ) -> ConnectorState:
        """Wait until this holds of a connector; looked at whenever a frame passes or its state changes.

        Raises:
            TimeoutError: it did not in time.
        """

        def look() -> ConnectorState | None:
            state = self.state(connector)
            return state if holds(state) else None

        return await self.journal.until(look, within_s=within_s)

    async def until_status(self, status: str, connector: int = 1, *, within_s: float = WITHIN_S) -> ConnectorState:
        """Wait for a connector's OCPP status.

        Raises:
            TimeoutError: it was not in time.
        """
        return await self.until(lambda state: state.status == status, connector, within_s=within_s)

    async def wait_connected(self, *, within_s: float | None = WITHIN_S) -> None:
        """Wait until the line is up and the server has accepted the charge point."""
        await self.journal.until(lambda: self.outbox.is_open, within_s=within_s)

    async def wait_closed(self, *, within_s: float | None = WITHIN_S) -> None:
        """Wait until the line is down."""
        await self.journal.until(lambda: not self.line.is_up, within_s=within_s)

    def _calls(self, action: str, direction: Direction) -> list[Frame]:
        return [f for f in self.journal.frames if (f.kind, f.direction, f.action) == ("CALL", direction, action)]

    async def _refresh(self, connector: int) -> None:
        self.charging.refresh(self.charging.connector(connector))
        await self.settled()

    async def _set_operative(self, connector: int, *, operative: bool) -> None:
        self.charging.set_operative(self.charging.connector(connector), operative=operative)
        await self.settled()
