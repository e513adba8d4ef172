"""One OCPP version as the gateway needs it: which messages there are, and how each is translated."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from homecharge.gateway import schemas
from homecharge.gateway.rpc import CallError, ErrorCode, Payload
from homecharge.gateway.schemas import Note, Schema
from homecharge.observability.clock import Clock
from homecharge.ports.charger_events import ChargerEvents, Later, Origin
from homecharge.ports.charger_link import Command, CompositeSchedule, OperatorCommand


class Priority(IntEnum):
    """Who goes first when a charger is busy with an earlier call (chargers.md, "One call at a time")."""

    STOP = 0
    START = 1
    PROFILE = 2
    REST = 3


@dataclass(slots=True)
class Received:
    """A valid request of a charger, with what answering it takes."""

    payload: Payload
    origin: Origin
    events: ChargerEvents
    clock: Clock
    note: Note


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message that a charger sends: `answer` translates the request, tells or asks, and translates the answer."""

    action: str
    answer: Callable[[Received], Awaitable[Payload | Later[Payload]]]
    expendable: frozenset[str] = frozenset()
    """Properties that are dropped when they are broken: for messages that a charger repeats until they are taken."""
    is_overtaking: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A charger's answer to a command: its status word, if it has one, and whether that means yes."""

    is_agreed: bool
    status: str | None = None
    configuration: dict[str, str | None] = field(default_factory=dict)
    unknown_keys: tuple[str, ...] = ()
    schedule: CompositeSchedule | None = None
    list_version: int | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message that we send: `write` translates the command, `read` the answer."""

    action: str
    command: type[Any]
    write: Callable[[Any], Payload]
    read: Callable[[Payload], Answer]
    priority: Priority = Priority.REST
    sieved: frozenset[str] = frozenset()
    """Lists in the answer of which a broken item is dropped, and the others are read."""
    unread: frozenset[str] = frozenset()
    """Properties that have to be in the answer, and that nobody reads: chargers forget them."""


def status_answer(*agreeing: str) -> Callable[[Payload], Answer]:
    """A reader of answers that are a single `status`, one of `agreeing` meaning yes."""

    def read(payload: Payload) -> Answer:
        status = payload["status"]
        return Answer(is_agreed=status in agreeing, status=status)

    return read


class Dialect:
    """The messages of one OCPP version, their schemas compiled. `schemas_of` is the package whose schemas they are.

    `outbound` are what we send, one for each kind of command; `by_operators` what operators do, one for each action.
    """

    def __init__(
        self,
        protocol: str,
        *,
        schemas_of: str,
        inbound: Iterable[Inbound],
        outbound: Iterable[Outbound],
        by_operators: Iterable[Outbound] = (),
    ) -> None:
        self.protocol = protocol
        self._known = schemas.known_actions(schemas_of)
        self._inbound = {
            message.action: (message, schemas.load(schemas_of, message.action, expendable=message.expendable))
            for message in inbound
        }
        self._outbound = {message.command: (message, _answers(schemas_of, message)) for message in outbound}
        self._by_operators = {message.action: (message, _answers(schemas_of, message)) for message in by_operators}
        self.overtaking = frozenset(action for action, (message, _) in self._inbound.items() if message.is_overtaking)

    @property
    def inbound_actions(self) -> frozenset[str]:
        """The actions we answer."""
        return frozenset(self._inbound)

    def inbound(self, action: str) -> tuple[Inbound, Schema]:
        """Who answers an action, and its request's schema. Raises CallError for one that we do not answer."""
        found = self._inbound.get(action)
        if found is None:
            if action in self._known:
                raise CallError(ErrorCode.NOT_SUPPORTED, "This action is not supported here")
            raise CallError(ErrorCode.NOT_IMPLEMENTED, "This action is not known")
        return found

    def outbound(self, command: Command) -> tuple[Outbound, Schema]:
        """How a command is sent, and its answer's schema."""
        if isinstance(command, OperatorCommand):
            return self._by_operators[command.action]
        return self._outbound[type(command)]


def _answers(schemas_of: str, message: Outbound) -> Schema:
    return schemas.load(schemas_of, f"{message.action}Response", sieved=message.sieved, unread=message.unread)
