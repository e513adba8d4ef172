"""Prices from a supplier's HTTP address."""

from homecharge.adapters.outbound import Outbound, OutboundFailed
from homecharge.ports.tariff_feed import FeedUnavailable

OK = 200


class HttpTariffFeed:
    """Implements `ports.tariff_feed.TariffFeed` through the one door that leads out."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def fetch(self, url: str) -> str:
        """The body of a 200 answer."""
        try:
            answer = await self._outbound.ask("GET", url)
            if answer.status != OK:
                raise FeedUnavailable(f"status {answer.status}")
            return answer.body.decode()
        except UnicodeDecodeError:
            raise FeedUnavailable("not UTF-8") from None
        except OutboundFailed as failed:
            raise FeedUnavailable(failed.reason) from failed
