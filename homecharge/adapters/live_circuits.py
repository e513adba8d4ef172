"""Spare card holders the wait for providers that keep failing, and count what comes of asking."""

from dataclasses import replace

from homecharge.domain.circuits import CLOSED, Circuit
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.live_authorizer import LiveAuthorizer

log = get_logger(__name__)

SERVER_ERROR = 500


class ShortCircuits:
    """Implements `ports.live_authorizer.LiveAuthorizer` around another one, with a circuit for each provider.

    Each process has its own: it is a hint that saves waiting, and five lost waits for each process are few. A provider
    that is given another address is asked there at once.
    """

    def __init__(self, asking: LiveAuthorizer, clock: Clock, metrics: Metrics) -> None:
        self._asking, self._clock, self._metrics = asking, clock, metrics
        self._failing: dict[tuple[str, str | None], Circuit] = {}

    async def ask(self, wish: LiveWish) -> LiveAnswer:
        """Also SHORT_CIRCUITED, without being asked."""
        answer = await self._ask(wish)
        self._metrics.live_checks.labels(answer.verdict).inc()
        return answer

    async def _ask(self, wish: LiveWish) -> LiveAnswer:
        key, now = (wish.provider_id, wish.live_url), self._clock.now()
        circuit = self._failing.get(key, CLOSED)
        if circuit.is_open(now=now):
            return LiveAnswer(verdict=LiveVerdict.SHORT_CIRCUITED, detail=circuit.reason)
        if circuit is not CLOSED:
            self._failing[key] = circuit.asked(now=now)
        began = self._clock.monotonic()
        answer = await self._asking.ask(wish)
        if answer.verdict is LiveVerdict.NO_ADDRESS:
            return answer
        took_s = self._clock.monotonic() - began
        self._metrics.live_check_seconds.observe(took_s)
        self._learn(key, answer)
        return replace(answer, took_ms=round(took_s * 1000))

    def _learn(self, key: tuple[str, str | None], answer: LiveAnswer) -> None:
        if not _is_failure(answer):
            if self._failing.pop(key, CLOSED).next_try_at is not None:
                log.info("live.provider_back", provider_id=key[0])
            return
        before, now = self._failing.get(key, CLOSED), self._clock.now()
        self._failing[key] = after = before.failed(now=now)
        if before.next_try_at is None and after.next_try_at is not None:
            log.warning("live.provider_failing", provider_id=key[0], reason=answer.detail)


def _is_failure(answer: LiveAnswer) -> bool:
    """Nobody judged the card, and the provider is to blame; a refusal in time is an answer."""
    return answer.is_no_answer or (answer.status_code is not None and answer.status_code >= SERVER_ERROR)
