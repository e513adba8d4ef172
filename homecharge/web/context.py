"""What the web stands on, wired by bootstrap, and what a route is given of it."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, cast

from flask import current_app

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Look
from homecharge.domain.errors import Unauthenticated
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.texts import Languages
from homecharge.domain.timing import Timing
from homecharge.observability.clock import Clock
from homecharge.observability.metrics import Metrics
from homecharge.ports.ocpp_payloads import OcppPayloads
from homecharge.ports.units import Db, Units
from homecharge.services import auditing
from homecharge.services.access_tokens import AccessTokens
from homecharge.services.idempotency import Claim
from homecharge.services.passwords import Passwords
from homecharge.settings import Settings
from homecharge.web.downloads.room import Room
from homecharge.web.limits import RateLimits

EXTENSION = "homecharge"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebContext:
    """Everything a Flask application of ours needs; nothing is global, so that each test has an application."""

    units: Units
    clock: Clock
    settings: Settings
    secret_key: str
    passwords: Passwords
    rates: RateLimits
    metrics: Metrics
    ocpp_payloads: OcppPayloads
    languages: Languages
    channels: frozenset[Channel] = frozenset({Channel.WEBHOOK})
    """By which people can be told."""
    timing: Timing = Timing()  # noqa: RUF009 - it is frozen
    statements: Room = field(default_factory=Room)

    @property
    def access_tokens(self) -> AccessTokens:
        """Signs and reads access tokens."""
        return AccessTokens(self.secret_key, agents_stay=timedelta(seconds=self.settings.agent_login_s))


def current_context() -> WebContext:
    """The context of the application that handles the present request."""
    return cast("WebContext", current_app.extensions[EXTENSION])


class Ask:
    """One request as a route sees it: who asks, when, and one unit of work.

    The unit opens when `db` is first used, reads for GET and HEAD, writes otherwise, and commits once, when the route
    has returned; an exception rolls it back. What takes long (hashing a password) comes before the first use of `db`.
    """

    claim: Claim | None = None
    """The claim on the request's `Idempotency-Key`, if it has one."""

    def __init__(self, context: WebContext, *, request_id: str, now: datetime, is_write: bool) -> None:
        self.context = context
        self.request_id = request_id
        self.now = now
        self.is_write = is_write
        self._caller: Caller | None = None
        self._look: Look | None = None
        self._db: Db | None = None
        self._unit = ExitStack()

    @property
    def db(self) -> Db:
        """The request's unit of work."""
        if self._db is None:
            units = self.context.units
            unit = units.write(request_id=self.request_id) if self.is_write else units.read()
            self._db = self._unit.enter_context(unit)
        return self._db

    def peek(self) -> AbstractContextManager[Db]:
        """A short read unit of its own, for what must be known before `db` is opened."""
        return self.context.units.read()

    @property
    def caller(self) -> Caller:
        """Who asks; a public operation has none, and raises Unauthenticated."""
        if self._caller is None:
            raise Unauthenticated
        return self._caller

    def admit(self, caller: Caller) -> None:
        """Say who asks; done once, before the route runs."""
        self._caller = caller

    def find_caller(self) -> Caller | None:
        """Who asks, None where nobody had to sign in."""
        return self._caller

    def shows(self, look: Look) -> None:
        """Say what of somebody's the answer shows to an agent, for the audit log."""
        self._look = look

    def note_look(self, *, is_again: bool = False) -> None:
        """Put what is about to be shown into the audit log, in a short unit of its own, once `db` is closed.

        A page that somebody has before them and that `is_again` asked for is one look, noted once in a while. What is
        for staff alone, changes nothing and does not say whose things it shows is a mistake of ours: RuntimeError.
        """
        if self._look is None:
            if self.is_write:
                return
            raise RuntimeError("a view for agents does not say what it shows")
        actor_id = self.caller.account_id
        if is_again:
            with self.peek() as db:
                if auditing.is_noted(db, self._look, actor_id=actor_id, now=self.now):
                    return
        with self.context.units.write(request_id=self.request_id) as db:
            auditing.note_look(db, self._look, actor_id=actor_id, now=self.now)

    def __enter__(self) -> Self:
        """Begin; the unit of work opens later."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit the unit of work if it was opened, roll it back after an exception."""
        self._unit.__exit__(kind, error, trace)
