"""Cards held to a charger: transaction, provider, transaction; whatever happens, the charger is answered."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from homecharge.domain.errors import Unavailable
from homecharge.domain.live_answers import LiveAnswer, LiveWish
from homecharge.domain.timing import Timing
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_events import Begun, Later, Origin, TagVerdict, TransactionStart
from homecharge.ports.live_authorizer import LiveAuthorizer
from homecharge.ports.units import Db
from homecharge.services import authorizing, transactions

T = TypeVar("T")
log = get_logger(__name__)


class LineReplaced(Unavailable):
    """The message came on a line that a newer one has replaced; the charger repeats it there."""

    code = "line_replaced"
    title = "This connection has been replaced by a newer one"


class Write(Protocol):
    """Runs a service in a durable unit that has the charger and the card to itself."""

    def __call__(self, service: Callable[[Db], T], origin: Origin, uid: str, /) -> Coroutine[Any, Any, T]:
        """What the service returns."""
        ...


class Cards:
    """Decides every card of a gateway's chargers. A fault of ours is refused as such, and recorded (A99).

    `is_plain`: refusals are told without their kind (HOMECHARGE_WIRE_STATUSES).
    """

    def __init__(self, write: Write, authorizer: LiveAuthorizer, timing: Timing, *, is_plain: bool) -> None:
        self._write, self._authorizer = write, authorizer
        self._timing, self._is_plain = timing, is_plain

    async def authorize(self, origin: Origin, id_tag: str) -> TagVerdict:
        """The verdict on a card; its provider is asked where that is to be."""
        verdict = await self._surely(
            origin,
            id_tag,
            self._authorized(origin, id_tag),
            otherwise=lambda db: authorizing.authorize_failed(db, origin, id_tag),
        )
        return self._told(verdict)

    async def _authorized(self, origin: Origin, id_tag: str) -> TagVerdict:
        def authorized(live: LiveAnswer | None) -> Callable[[Db], TagVerdict | LiveWish | None]:
            return lambda db: authorizing.authorized(db, origin, id_tag, live=live)

        found = await self._write(authorized(None), origin, id_tag)
        if isinstance(found, LiveWish):
            found = await self._write(authorized(await self._authorizer.ask(found)), origin, id_tag)
        return _there(found)

    async def start(self, origin: Origin, start: TransactionStart) -> Begun | Later[Begun]:
        """A transaction with its verdict; later, where the card's provider is to be asked."""
        found = await self._surely_started(origin, start, self._started(origin, start))
        return Later(self._asked(origin, start, found)) if isinstance(found, LiveWish) else self._begun(found)

    async def _asked(self, origin: Origin, start: TransactionStart, wish: LiveWish) -> Begun:
        async def started() -> Begun | LiveWish | None:
            return await self._started(origin, start, await self._authorizer.ask(wish))

        return self._begun(await self._surely_started(origin, start, started()))

    async def _surely_started(
        self, origin: Origin, start: TransactionStart, attempt: Coroutine[Any, Any, Begun | LiveWish | None]
    ) -> Begun | LiveWish | None:
        def refused(db: Db) -> Begun | LiveWish | None:
            return transactions.transaction_started(db, origin, start, self._timing, is_faulty=True)

        return await self._surely(origin, start.id_tag, attempt, otherwise=refused)

    async def _surely(
        self, origin: Origin, uid: str, attempt: Coroutine[Any, Any, T], *, otherwise: Callable[[Db], T]
    ) -> T:
        """What the attempt comes to, and after a fault of ours what `otherwise` records."""
        try:
            return await attempt
        except Unavailable:
            raise
        except Exception:  # a charger that is not answered repeats itself; whatever went wrong, it is refused
            log.exception("authorization.failed", message_id=origin.message_id)
            return await self._write(otherwise, origin, uid)

    async def _started(
        self, origin: Origin, start: TransactionStart, live: LiveAnswer | None = None
    ) -> Begun | LiveWish | None:
        return await self._write(
            lambda db: transactions.transaction_started(db, origin, start, self._timing, live=live),
            origin,
            start.id_tag,
        )

    def _begun(self, found: Begun | LiveWish | None) -> Begun:
        begun = _there(found)
        return begun._replace(verdict=self._told(begun.verdict))

    def _told(self, verdict: TagVerdict) -> TagVerdict:
        log.info("authorization.decided", code=verdict.code.value)
        return replace(verdict, is_plain=self._is_plain)


def _there(found: T | LiveWish | None) -> T:
    """What was decided. Raises LineReplaced where the line is the charger's no more.

    A wish that is made again once the provider was asked is a fault of ours.
    """
    if isinstance(found, LiveWish):
        raise AssertionError("the provider was asked already")  # noqa: TRY004 - a fault of ours, not of a type
    if found is None:
        raise LineReplaced
    return found
