"""The local authorization list of a simulated charge point, and its answers about it (OCPP 1.6 §3.5, §5.10, §5.15)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from homecharge.simulator.line import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from homecharge.simulator.behaviour import Payload
    from homecharge.simulator.configuration import Configuration
    from homecharge.simulator.station import Station

EMPTY, NOT_SUPPORTED = 0, -1
"""What GetLocalListVersion says of a list without entries, and where there is none at all."""


class LocalList:
    """Tags with their idTagInfo, as the server sent them; kept through a reboot and a power cut."""

    __slots__ = ("_configuration", "_entries", "_version")

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._entries: dict[str, Payload] = {}
        self._version = EMPTY

    def __len__(self) -> int:
        """How many tags it has."""
        return len(self._entries)

    @property
    def version(self) -> int:
        """That of the last update."""
        return self._version if self._entries else EMPTY

    def find(self, id_tag: str) -> Payload | None:
        """The idTagInfo of a tag that is on the list."""
        return self._entries.get(id_tag.casefold())

    def statuses(self) -> dict[str, str]:
        """What it says to each tag, in lower case."""
        return {tag: info["status"] for tag, info in self._entries.items()}

    def update(self, payload: Payload) -> str:
        """Take a SendLocalList whole or not at all; returns its status."""
        given: Sequence[Payload] = payload.get("localAuthorizationList", ())
        is_full = payload["updateType"] == "Full"
        if not is_full and payload["listVersion"] <= self._version:
            return "VersionMismatch"
        entries = {} if is_full else dict(self._entries)
        times = Counter(entry["idTag"].casefold() for entry in given)
        if len(given) > self._configuration.seconds("SendLocalListMaxLength") or max(times.values(), default=0) > 1:
            return "Failed"
        for entry in given:
            if "idTagInfo" in entry:
                entries[entry["idTag"].casefold()] = entry["idTagInfo"]
            elif is_full:
                return "Failed"
            else:
                entries.pop(entry["idTag"].casefold(), None)
        if len(entries) > self._configuration.seconds("LocalAuthListMaxLength"):
            return "Failed"
        self._entries, self._version = entries, payload["listVersion"]
        return "Accepted"

    def forget(self) -> None:
        """Lose it, as a charge point that was set back to its factory state."""
        self._entries, self._version = {}, EMPTY


def send_local_list(station: Station, payload: Payload) -> Reply:
    """Take the list, where it is enabled, or the changes to it."""
    if dictated := station.behaviour.local_list_answer:
        return Reply({"status": dictated})
    if not station.configuration.is_on("LocalAuthListEnabled"):
        return Reply({"status": "NotSupported"})
    status = station.cards.local_list.update(payload)
    if status == "Accepted":
        station.journal.note(f"the local list has {len(station.cards.local_list)} cards")
    return Reply({"status": status})


def get_local_list_version(station: Station, _payload: Payload) -> Reply:
    """The version of the list that it keeps."""
    is_there = (
        station.configuration.is_on("LocalAuthListEnabled") and station.behaviour.local_list_answer != "NotSupported"
    )
    return Reply({"listVersion": station.cards.local_list.version if is_there else NOT_SUPPORTED})
