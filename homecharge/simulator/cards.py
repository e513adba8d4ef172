"""Whom a simulated charge point lets charge: by its list, its cache, or the server's word (OCPP 1.6 §3.4, §3.5)."""

from collections.abc import Callable
from datetime import datetime

from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.configuration import Configuration
from homecharge.simulator.connector import IdToken
from homecharge.simulator.failures import CallFailed
from homecharge.simulator.journal import Journal
from homecharge.simulator.line import Line
from homecharge.simulator.local_list import LocalList
from homecharge.simulator.outbox import Outbox

ACCEPTED = "Accepted"


class Cards:
    """The card reader's mind. `wall` is the charge point's own clock."""

    def __init__(
        self,
        behaviour: Behaviour,
        configuration: Configuration,
        journal: Journal,
        line: Line,
        outbox: Outbox,
        *,
        wall: Callable[[], datetime],
    ) -> None:
        self._behaviour = behaviour
        self._configuration = configuration
        self._journal = journal
        self._line = line
        self._outbox = outbox
        self._wall = wall
        self.local_list = LocalList(configuration)
        self._cache: dict[str, Payload] = {}

    async def authorize(self, id_tag: str) -> IdToken | None:
        """The token of a tag that may charge, else None.

        The server is asked, unless LocalPreAuthorize lets the list or the cache say yes. Without a line they decide,
        where LocalAuthorizeOffline lets them, and of a tag that is in neither AllowOfflineTxForUnknownId.
        """
        if not self._outbox.is_open:
            return self._authorize_offline(id_tag)
        known = self._known(id_tag) if self._configuration.is_on("LocalPreAuthorize") else None
        if known is not None and (token := self._token(id_tag, known)):
            return self._told(token, "accepted without asking")
        try:
            info: Payload = (await self._line.call("Authorize", {"idTag": id_tag}))["idTagInfo"]
        except CallFailed:
            return self._told(None, "not answered for")
        self.heard(id_tag, info)
        return self._told(self._token(id_tag, info), f"{info['status']} by the server")

    def heard(self, id_tag: str, info: Payload) -> None:
        """Keep the server's last word on a tag, where there is a cache."""
        if self._behaviour.authorization_cache:
            self._cache[id_tag.casefold()] = info

    def clear_cache(self) -> None:
        """Forget what the server said; the list stays."""
        self._cache.clear()

    def _authorize_offline(self, id_tag: str) -> IdToken | None:
        is_decided_here = self._configuration.is_on("LocalAuthorizeOffline")
        known = self._known(id_tag) if is_decided_here else None
        if known is not None:
            return self._told(self._token(id_tag, known), f"{known['status']} without a line")
        is_let = self._configuration.is_on("AllowOfflineTxForUnknownId")
        return self._told(IdToken(id_tag) if is_let else None, "unknown, and there is no line")

    def _known(self, id_tag: str) -> Payload | None:
        """What the list says of a tag, else the cache."""
        if self._behaviour.local_list and self._configuration.is_on("LocalAuthListEnabled"):
            listed = self.local_list.find(id_tag)
            if listed is not None:
                return listed
        is_cached = self._behaviour.authorization_cache and self._configuration.is_on("AuthorizationCacheEnabled")
        return self._cache.get(id_tag.casefold()) if is_cached else None

    def _token(self, id_tag: str, info: Payload) -> IdToken | None:
        expires = info.get("expiryDate")
        is_over = expires is not None and datetime.fromisoformat(expires) <= self._wall()
        return IdToken(id_tag, info.get("parentIdTag")) if info["status"] == ACCEPTED and not is_over else None

    def _told(self, token: IdToken | None, how: str) -> IdToken | None:
        self._journal.note(f"the card is {how}")
        return token
