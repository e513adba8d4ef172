"""Prices from a supplier's HTTP address."""

import httpx

from homecharge.adapters.outbound import Outbound
from homecharge.ports.tariff_feed import FeedUnavailable


class HttpTariffFeed:
    """Implements `ports.tariff_feed.TariffFeed` through the one door that leads out."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def fetch(self, url: str) -> str:
        """The body of a 200 answer."""
        try:
            return (await self._outbound.get(url)).decode()
        except UnicodeDecodeError:
            raise FeedUnavailable("not UTF-8") from None
        except TimeoutError:
            raise FeedUnavailable("no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            raise FeedUnavailable(str(failed)[:100] or type(failed).__name__) from failed
