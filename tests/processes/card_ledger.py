"""What must hold of every card that was held to a charger, whatever was killed meanwhile; each uid was held once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from homecharge.domain.session_state import Session, Status
from homecharge.simulator.journal import Frame

ASKED = {"Authorize": "authorize", "StartTransaction": "start_transaction"}
TOOK_PLACE = {Status.CHARGING, Status.PAUSED, Status.COMPLETED}
NOTHING_DRAWN = {"car_unplugged", "cancelled"}
ACCEPTED = "Accepted"


@dataclass(slots=True)
class Held:
    """What one charger has in its own record of a card: calls and answers, by action."""

    calls: dict[str, list[Frame]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def starts(self) -> set[str]:
        """A start that is repeated has the same instant."""
        return {frame.payload["timestamp"] for frame in self.calls["StartTransaction"]}

    def statuses(self, action: str) -> set[str]:
        return {answer["idTagInfo"]["status"] for answer in self.answers[action]}

    @property
    def transaction_ids(self) -> set[int]:
        return {answer["transactionId"] for answer in self.answers["StartTransaction"]}


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know of one charger: its sessions, its transactions (whether open, by id), and the decisions."""

    sessions: Sequence[Session]
    transactions: Mapping[int, bool]
    authorizations: Sequence[Mapping[str, Any]]


def held_cards(frames: Iterable[Frame]) -> dict[str, Held]:
    """By uid."""
    found: dict[str, Held] = defaultdict(Held)
    asked: dict[str, Frame] = {}
    for frame in frames:
        if frame.action in ASKED and (frame.direction, frame.kind) == ("sent", "CALL"):
            asked[frame.message_id] = frame
            found[frame.payload["idTag"]].calls[frame.action].append(frame)
        elif frame.action in ASKED and (frame.direction, frame.kind) == ("received", "CALLRESULT"):
            found[asked[frame.message_id].payload["idTag"]].answers[frame.action].append(frame.payload)
    return found


def stopped_ids(frames: Iterable[Frame]) -> set[int]:
    """Of the transactions that the charger has said the end of."""
    said = [frame for frame in frames if (frame.action, frame.direction) == ("StopTransaction", "sent")]
    return {frame.payload["transactionId"] for frame in said}


def violations(frames: Sequence[Frame], ours: Ours, *, back_at: datetime) -> list[str]:
    """Whatever is not as it must be with one charger, in words. `back_at`: from when on we were there."""
    cards = held_cards(frames)
    known = {session.card_uid for session in ours.sessions} | {each["uid"] for each in ours.authorizations}
    found = [f"{uid}: held to nothing, and known" for uid in known - cards.keys()]
    for uid, held in cards.items():
        sessions = [session for session in ours.sessions if session.card_uid == uid]
        decisions = [each for each in ours.authorizations if each["uid"] == uid]
        wrong = _of_authorize(held, decisions, back_at) + _of_start(held, sessions, decisions)
        found += [f"{uid}: {each} ({decisions}, {held})" for each in wrong]
    return found + _of_transactions(cards.values(), stopped_ids(frames), ours.transactions)


def _of_authorize(held: Held, decisions: Sequence[Mapping[str, Any]], back_at: datetime) -> list[str]:
    granted = _granted(decisions, "Authorize")
    if held.answers["Authorize"]:
        told = held.statuses("Authorize") == {ACCEPTED}
        return [] if granted == [told] else [f"was told {told}, and decided {granted}"]
    if any(frame.at > back_at for frame in held.calls["Authorize"]):
        return ["got no answer from a server that was there"]
    return [f"{len(granted)} decisions"] if len(granted) > len(held.calls["Authorize"]) else []


def _of_start(held: Held, sessions: Sequence[Session], decisions: Sequence[Mapping[str, Any]]) -> list[str]:
    granted = _granted(decisions, "StartTransaction")
    if not held.starts:
        return [f"never started, and has {len(sessions)} sessions"] if sessions or granted else []
    if len(held.statuses("StartTransaction")) != 1 or len(held.transaction_ids) != 1:
        return [f"was answered {held.statuses('StartTransaction')} as {held.transaction_ids}"]
    told = held.statuses("StartTransaction") == {ACCEPTED}
    said = [] if granted == [told] else [f"was told {told}, and decided {granted}"]
    if len(sessions) != 1:
        return [*said, f"{len(sessions)} sessions"]
    [session] = sessions
    if told and session.status not in TOOK_PLACE and session.reason not in NOTHING_DRAWN:
        said.append(f"was accepted, and is {session.status} {session.reason}")
    if not told and (session.status, session.reason) != (Status.REJECTED, "not_authorized"):
        said.append(f"was refused, and is {session.status} {session.reason}")
    return said


def _granted(decisions: Sequence[Mapping[str, Any]], action: str) -> list[bool]:
    return [each["status"] == "accepted" for each in decisions if each["request"] == ASKED[action]]


def _of_transactions(cards: Iterable[Held], stopped: set[int], ours: Mapping[int, bool]) -> list[str]:
    begun: set[int] = set()
    refused: set[int] = set()
    for held in cards:
        begun |= held.transaction_ids
        if held.statuses("StartTransaction") != {ACCEPTED}:
            refused |= held.transaction_ids
    is_open = {id_ for id_, each in ours.items() if each}
    found = [] if begun == ours.keys() else [f"transactions {begun ^ ours.keys()} are known on one side only"]
    found += [] if is_open == begun - stopped else [f"transactions {is_open ^ (begun - stopped)} are open on one side"]
    return found + [f"transaction {id_} was refused, and goes on" for id_ in refused & is_open]
