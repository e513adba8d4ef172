"""The power side of a simulated charge point: cables, cars, transactions and samples, reported as they change."""

import asyncio

from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.configuration import Configuration
from homecharge.simulator.connector import Connector, IdToken, Reservation, Transaction
from homecharge.simulator.connectors import Connectors
from homecharge.simulator.journal import Journal
from homecharge.simulator.meter import Meter
from homecharge.simulator.outbox import Outbox
from homecharge.simulator.profiles import Profiles, Span

HOUSE_REGISTER_WH = 4_000_000
MOST_REMEMBERED = 50
"""Messages of one transaction that a replay repeats."""


class Charging(Connectors):
    """What the cables, cars and transactions of one charge point do."""

    def __init__(
        self, behaviour: Behaviour, configuration: Configuration, journal: Journal, outbox: Outbox, *, connectors: int
    ) -> None:
        super().__init__(behaviour, journal, connectors=connectors)
        self._configuration = configuration
        self._outbox = outbox
        self.profiles = Profiles(behaviour)
        self._house = Meter(HOUSE_REGISTER_WH, at=self.now())

    # Facts.

    def plug_in(self, connector: Connector) -> None:
        """The cable goes into the car; what waited for it starts."""
        connector.plugged = True
        connector.was_used = False
        self.refresh(connector)
        if connector.can_start():
            if connector.armed:
                self.start(connector, connector.armed)
            elif self._behaviour.free_vend and connector.reservation is None:
                self.start(connector, IdToken(self._behaviour.free_vend_tag))
            elif self._behaviour.preparing_expires_s is not None:
                self._expire_after(connector, self._behaviour.preparing_expires_s)

    def unplug(self, connector: Connector) -> None:
        """The cable comes out, which ends a transaction."""
        self._end_expiry(connector)
        connector.plugged = connector.was_used = connector.car_is_full = False
        self.stop(connector, "EVDisconnected")
        self.refresh(connector)

    def claim(self, connector: Connector, token: IdToken) -> None:
        """Start with this token, or once the cable is in, within ConnectionTimeOut."""
        if connector.plugged:
            self.start(connector, token)
            return
        connector.armed = token
        self._expire_after(connector, self._configuration.seconds("ConnectionTimeOut"))
        self.refresh(connector)

    def start(self, connector: Connector, token: IdToken) -> None:
        """Begin a transaction; energy flows once the server accepted it or cannot be asked.

        The reservation that admits the token, of the connector or of the charge point, is used up.
        """
        self._end_expiry(connector)
        connector.armed = None
        meter_start_wh = connector.meter.read_wh(at=self.now())
        tag = self._behaviour.other_tag or token.tag
        transaction = Transaction(connector.id, tag, meter_start_wh, self.wall(), flows=not self._outbox.is_open)
        transaction.parent_tag = token.parent
        connector.transaction = transaction
        self._journal.counters.starts += 1
        body = {"connectorId": connector.id, "idTag": tag, "meterStart": meter_start_wh, "timestamp": self.stamp()}
        for kept in (connector, self._all[0]):
            if kept.reservation and kept.reservation.admits(token):
                body["reservationId"] = kept.reservation.id
                self.reserve(kept, None)
                break
        self._report(transaction, "StartTransaction", body)
        self.refresh(connector)
        self.sample_later(connector)

    def start_answered(self, transaction: Transaction, answer: Payload | None) -> None:
        """Act on the verdict in StartTransaction's answer; where there was none, go on as if offline."""
        connector = self._all[transaction.connector_id]
        if answer is not None:
            transaction.id = answer["transactionId"]
            verdict = answer["idTagInfo"]
            transaction.refused = verdict["status"] != "Accepted"
            transaction.parent_tag = verdict.get("parentIdTag", transaction.parent_tag)
        if connector.transaction is not transaction:
            return
        transaction.flows = not transaction.refused
        if transaction.refused and not self._behaviour.keep_refused_transaction:
            self.stop(connector, "DeAuthorized")
        self.refresh(connector)

    def stop(self, connector: Connector, reason: str, *, id_tag: str | None = None) -> None:
        """End the transaction, if any, for an OCPP 1.6 `reason`; `id_tag` is the card that ended it."""
        transaction = connector.transaction
        if transaction is None:
            return
        body = {"meterStop": connector.meter.read_wh(at=self.now()), "timestamp": self.stamp(), "reason": reason}
        if id_tag:
            body["idTag"] = id_tag
        self._journal.counters.stops += 1
        self._report(transaction, "StopTransaction", body)
        self.forget(connector)
        self.refresh(connector)

    def forget(self, connector: Connector) -> None:
        """Lose the running transaction and whatever waits for a cable, without a word."""
        self._end_expiry(connector)
        connector.armed = None
        if connector.sampling:
            connector.sampling.cancel()
            connector.sampling = None
        self.profiles.end_transaction(connector.id)
        if connector.transaction:
            connector.last_transaction, connector.transaction = connector.transaction, None
            connector.was_used = connector.plugged

    def set_operative(self, asked: Connector, *, operative: bool) -> None:
        """Take a connector, or with connector 0 all, in or out of service; a transaction runs to its end."""
        for connector in [asked] if asked.id else self._all:
            connector.inoperative = not operative
            self.refresh(connector)

    def reserve(self, connector: Connector, reservation: Reservation | None) -> None:
        """Keep a connector for somebody until the reservation expires, or for nobody."""
        if connector.reserving:
            connector.reserving.cancel()
            connector.reserving = None
        connector.reservation = reservation
        if reservation:
            wait_s = (reservation.expires_at - self.wall()).total_seconds()
            connector.reserving = asyncio.get_running_loop().call_later(wait_s, self.reserve, connector, None)
        self.refresh(connector)

    def replay(self, connector: Connector) -> None:
        """Report the last transaction once more, message by message."""
        if transaction := connector.transaction or connector.last_transaction:
            for action, body in list(transaction.messages):
                self._outbox.keep(action, transaction, body)

    # Reports.

    def refresh(self, connector: Connector, *, report: bool = False) -> None:
        """Let status and power follow the facts; report the status where it changed, or always with `report`."""
        self._limit(connector)
        status = connector.status_now()
        power_w = 0
        if status == "Charging":
            limit_w = connector.limit_w
            power_w = self._behaviour.power_w if limit_w is None else min(self._behaviour.power_w, int(limit_w))
        connector.meter.flow(power_w, self._behaviour.time_scale, at=self.now())
        if status != connector.status or report:
            if status != connector.status:
                self._journal.note(f"connector {connector.id} is {status}")
            connector.status = status
            self._outbox.post("StatusNotification", self.status_of(connector))
        self._journal.wake()

    def _limit(self, connector: Connector) -> None:
        """Obey the charging profiles as they are now, and look again when that changes."""
        if connector.limiting:
            connector.limiting.cancel()
        connector.limit_w = connector.limiting = None
        transaction, at = connector.transaction, self.wall()
        if transaction is None:
            return
        span = Span(connector.id, transaction.started_at)
        connector.limit_w = self.profiles.limit_w(span, at=at)
        if (change_at := self.profiles.next_change(span, after=at)) is not None:
            wait_s = (change_at - at).total_seconds()
            connector.limiting = asyncio.get_running_loop().call_later(wait_s, self.refresh, connector)
        if connector.limit_w == 0 and transaction.flows and self._behaviour.zero_limit_ends_transaction:
            self.stop(connector, "Other")

    def status_of(self, connector: Connector) -> Payload:
        """A StatusNotification of the status as it was last reported."""
        told = {"connectorId": connector.id, "errorCode": connector.error_code, "status": connector.status}
        return {**told, "timestamp": self.stamp()} if self._behaviour.status_timestamps else told

    def sample(self, connector: Connector, context: str) -> None:
        """Report MeterValues now: with the transaction, where there is one."""
        self.refresh(connector)
        body = self._meter_values(connector.id, connector.meter, context)
        if body is None:
            return
        if connector.transaction:
            self._report(connector.transaction, "MeterValues", body)
        else:
            self._outbox.post("MeterValues", body)
        if self._behaviour.samples_of_connector_zero:
            house = self._meter_values(0, self._house, context)
            self._outbox.post("MeterValues", house or body)

    def sample_later(self, connector: Connector) -> None:
        """Set the time of the next sample by the interval as it is now."""
        if connector.sampling:
            connector.sampling.cancel()
            connector.sampling = None
        interval_s = self._behaviour.sample_every_s
        if interval_s is None:
            interval_s = self._configuration.seconds("MeterValueSampleInterval") / self._behaviour.time_scale
        if connector.transaction and interval_s > 0:
            connector.sampling = asyncio.get_running_loop().call_later(interval_s, self._sample_on_time, connector)

    def _sample_on_time(self, connector: Connector) -> None:
        connector.sampling = None
        if self._behaviour.samples:
            self.sample(connector, "Sample.Periodic")
        self.sample_later(connector)

    def _meter_values(self, number: int, meter: Meter, context: str) -> Payload | None:
        sampled = meter.sample(self._configuration.measurands(), context, self._behaviour, at=self.now())
        if not sampled:
            return None
        return {"connectorId": number, "meterValue": [{"timestamp": self.stamp(), "sampledValue": sampled}]}

    def _report(self, transaction: Transaction, action: str, body: Payload) -> None:
        if action != "MeterValues" or len(transaction.messages) < MOST_REMEMBERED:
            transaction.messages.append((action, body))
        self._outbox.keep(action, transaction, body)

    # What expires.

    def _expire_after(self, connector: Connector, delay_s: float) -> None:
        self._end_expiry(connector)
        connector.expiry = asyncio.get_running_loop().call_later(delay_s, self._expire, connector)

    def _expire(self, connector: Connector) -> None:
        connector.expiry = None
        connector.armed = None
        connector.was_used = connector.plugged
        self.profiles.end_transaction(connector.id)
        self.refresh(connector)

    def _end_expiry(self, connector: Connector) -> None:
        if connector.expiry:
            connector.expiry.cancel()
            connector.expiry = None

    def end(self) -> None:
        """Stop every timer; no transaction is reported."""
        for connector in self._all:
            self._end_expiry(connector)
            for timer in (connector.sampling, connector.limiting, connector.reserving):
                if timer:
                    timer.cancel()
            connector.sampling = connector.limiting = connector.reserving = None
