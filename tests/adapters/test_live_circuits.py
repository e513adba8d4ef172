"""Card holders do not wait for a provider that keeps failing."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from homecharge.adapters.live_circuits import ShortCircuits
from homecharge.adapters.live_memory import MemoryLiveAuthorizer
from homecharge.domain.circuits import FAILURES
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish
from homecharge.observability.clock import ManualClock
from homecharge.observability.metrics import Metrics
from tests.homes import NOW

CARD = "04A1B2C3"


@dataclass
class Answers:
    """Whoever asks a provider that always says the same, and may be held back."""

    answer: LiveAnswer
    asked: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, wish: LiveWish) -> LiveAnswer:  # noqa: ARG002 - its port gives it
        self.asked += 1
        await self.gate.wait()
        return self.answer


class Scene:
    """A provider in memory behind its circuit."""

    def __init__(self) -> None:
        self.clock, self.metrics = ManualClock(NOW), Metrics()
        self.provider = MemoryLiveAuthorizer({CARD: LiveVerdict.BLOCKED})
        self.circuits = ShortCircuits(self.provider, self.clock, self.metrics)

    async def ask(self, times: int = 1, *, url: str | None = "https://ocpi.example") -> list[LiveAnswer]:
        wish = LiveWish(provider_id="p1", live_url=url, uid=CARD)
        return [await self.circuits.ask(wish) for _ in range(times)]

    def counted(self, verdict: LiveVerdict) -> float | None:
        return self.metrics.registry.get_sample_value("homecharge_live_checks_total", {"verdict": verdict.value})


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_after_five_failures_the_provider_is_not_asked_and_the_answer_says_since_when(scene: Scene) -> None:
    scene.provider.is_down = True
    await scene.ask(FAILURES)

    (answer,) = await scene.ask()

    assert answer.verdict is LiveVerdict.SHORT_CIRCUITED
    assert answer.detail == f"the provider failed 5 times since {NOW:%H:%M:%S}; next try {_later(30)} UTC"
    assert len(scene.provider.asked) == FAILURES
    assert (scene.counted(LiveVerdict.UNREACHABLE), scene.counted(LiveVerdict.SHORT_CIRCUITED)) == (FAILURES, 1)


async def test_one_tries_after_30_seconds_and_its_success_lets_everybody_ask_again(scene: Scene) -> None:
    scene.provider.is_down = True
    await scene.ask(FAILURES)
    scene.clock.advance(timedelta(seconds=30))
    still_down = [answer.verdict for answer in await scene.ask(2)]
    scene.provider.is_down = False
    scene.clock.advance(timedelta(seconds=30))

    back = [answer.verdict for answer in await scene.ask(3)]

    assert still_down == [LiveVerdict.UNREACHABLE, LiveVerdict.SHORT_CIRCUITED]
    assert back == [LiveVerdict.BLOCKED] * 3


async def test_a_refusal_in_time_is_an_answer(scene: Scene) -> None:
    for _ in range(3):
        scene.provider.is_down = True
        await scene.ask(FAILURES - 1)
        scene.provider.is_down = False
        await scene.ask()

    assert scene.counted(LiveVerdict.SHORT_CIRCUITED) is None


@pytest.mark.parametrize(
    ("answer", "is_failure"),
    [
        (LiveAnswer(verdict=LiveVerdict.TIMEOUT), True),
        (LiveAnswer(verdict=LiveVerdict.UNREACHABLE), True),
        (LiveAnswer(verdict=LiveVerdict.ERROR, status_code=500), True),
        (LiveAnswer(verdict=LiveVerdict.ERROR, status_code=401), False),
        (LiveAnswer(verdict=LiveVerdict.ERROR, status_code=200), False),
        (LiveAnswer(verdict=LiveVerdict.UNKNOWN, status_code=404), False),
        (LiveAnswer(verdict=LiveVerdict.NO_ADDRESS), False),
    ],
)
async def test_only_what_the_provider_itself_fails_at_opens_its_circuit(answer: LiveAnswer, is_failure: bool) -> None:  # noqa: FBT001 - a column of a table
    provider = Answers(answer)
    provider.gate.set()
    circuits = ShortCircuits(provider, ManualClock(NOW), Metrics())

    for _ in range(FAILURES + 1):
        await circuits.ask(LiveWish(provider_id="p1", live_url="https://ocpi.example", uid=CARD))

    assert provider.asked == (FAILURES if is_failure else FAILURES + 1)


async def test_another_address_of_the_provider_is_asked_at_once(scene: Scene) -> None:
    scene.provider.is_down = True
    await scene.ask(FAILURES)

    (answer,) = await scene.ask(url="https://new.example")

    assert answer.verdict is LiveVerdict.UNREACHABLE


async def test_while_one_tries_the_others_do_not_wait_for_it() -> None:
    clock, provider = ManualClock(NOW), Answers(LiveAnswer(verdict=LiveVerdict.TIMEOUT))
    circuits = ShortCircuits(provider, clock, Metrics())
    wish = LiveWish(provider_id="p1", live_url="https://ocpi.example", uid=CARD)
    first = [asyncio.create_task(circuits.ask(wish)) for _ in range(FAILURES)]
    provider.gate.set()
    await asyncio.gather(*first)
    provider.gate.clear()
    clock.advance(timedelta(seconds=30))
    trying = asyncio.create_task(circuits.ask(wish))

    others = [await circuits.ask(wish) for _ in range(3) if await _asked(provider, FAILURES + 1)]
    provider.gate.set()

    assert {answer.verdict for answer in others} == {LiveVerdict.SHORT_CIRCUITED}
    assert (await trying).verdict is LiveVerdict.TIMEOUT


async def test_how_long_it_took_is_told_and_measured() -> None:
    clock, provider, metrics = ManualClock(NOW), Answers(LiveAnswer(verdict=LiveVerdict.ALLOWED)), Metrics()
    asking = asyncio.create_task(
        ShortCircuits(provider, clock, metrics).ask(LiveWish(provider_id="p1", live_url="https://a.example", uid=CARD))
    )
    await _asked(provider, 1)
    clock.advance(timedelta(seconds=1.234))
    provider.gate.set()

    assert (await asking).took_ms == 1234
    assert metrics.registry.get_sample_value("homecharge_live_check_seconds_sum") == pytest.approx(1.234)


async def _asked(provider: Answers, times: int) -> bool:
    while provider.asked < times:  # noqa: ASYNC110 - nothing passes but turns of the loop
        await asyncio.sleep(0)
    return True


def _later(seconds: int) -> str:
    return f"{NOW + timedelta(seconds=seconds):%H:%M:%S}"
