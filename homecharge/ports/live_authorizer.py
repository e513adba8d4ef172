"""Who asks a card's provider about it while the card holder waits."""

from typing import Protocol

from homecharge.domain.live_answers import LiveAnswer, LiveWish


class LiveAuthorizer(Protocol):
    """Asks mobility providers, any number at the same time."""

    async def ask(self, wish: LiveWish) -> LiveAnswer:
        """What the provider says, or why it says nothing; sent once, within the wish's `timeout_s`. Raises nothing."""
        ...
