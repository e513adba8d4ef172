"""Providers that live in memory, for tests and demonstrations."""

import asyncio

from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish


class MemoryLiveAuthorizer:
    """Implements `ports.live_authorizer.LiveAuthorizer` with verdicts by uid; `asked` holds every wish that was sent.

    While `is_down` nobody is reached, while `is_slow` nobody answers in time.
    """

    def __init__(self, verdicts: dict[str, LiveVerdict] | None = None) -> None:
        self.verdicts = {} if verdicts is None else verdicts
        self.asked: list[LiveWish] = []
        self.is_down = False
        self.is_slow = False

    async def ask(self, wish: LiveWish) -> LiveAnswer:
        """The verdict on the uid, unknown where there is none."""
        if wish.live_url is None:
            return LiveAnswer(verdict=LiveVerdict.NO_ADDRESS)
        self.asked.append(wish)
        if self.is_down:
            return LiveAnswer(verdict=LiveVerdict.UNREACHABLE, detail="nobody is there")
        if self.is_slow:
            await asyncio.sleep(wish.timeout_s)
            return LiveAnswer(verdict=LiveVerdict.TIMEOUT, detail="no answer in time")
        return LiveAnswer(verdict=self.verdicts.get(wish.uid, LiveVerdict.UNKNOWN), status_code=200)
