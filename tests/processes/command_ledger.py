"""What must hold of every operator's command, whatever was killed meanwhile: one end each, and none sent twice."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from homecharge.simulator.journal import Frame

MARK = "order-"
ANSWERED = {"accepted": "CALLRESULT", "rejected": "CALLRESULT", "error": "CALLERROR"}
UNANSWERED = {"delivery_unknown", "timed_out"}
UNSENT = {"charger_offline", "expired"}
UNDER_WAY = {"queued", "sent"}


def is_settled(commands: Iterable[Mapping[str, Any]]) -> bool:
    """Nothing is on its way any more."""
    return all(command["state"] not in UNDER_WAY for command in commands)


def violations(
    commands: Sequence[Mapping[str, Any]], accepted: Collection[str], audited: Counter[str], frames: Iterable[Frame]
) -> list[str]:
    """Whatever is not as it must be, in words.

    `commands` are all that the API knows, each with a mark in its payload, `accepted` the ids that it gave out,
    `audited` those that its audit log has, and `frames` what passed at the chargers.
    """
    seen = list(frames)
    heard = Counter(mark for mark in map(_mark_heard, seen) if mark is not None)
    answers = {frame.message_id: frame.kind for frame in seen if (frame.direction, frame.kind) != ("sent", "CALL")}
    known = Counter(mark_of(command["payload"]) for command in commands)
    ids = {command["id"] for command in commands}
    found = [f"{id_}: accepted, and unknown now" for id_ in accepted if id_ not in ids]
    found += [f"{mark}: heard, and unknown to us" for mark in heard if mark not in known]
    found += [f"{mark}: {count} commands for one order" for mark, count in known.items() if count > 1]
    found += [f"{id_}: audited, and unknown" for id_ in audited if id_ not in ids]
    for command in commands:
        wrong = _of_one_command(command, heard[str(mark_of(command["payload"]))], answers)
        if audited[command["id"]] != 1:
            wrong.append(f"{audited[command['id']]} entries in the audit log")
        found += [f"{command}: {each}" for each in wrong]
    return found


def mark_of(payload: Mapping[str, Any]) -> str | None:
    """The mark by which an order is known wherever it is; None for what nobody ordered."""
    key = payload.get("data", payload.get("key"))
    mark = key[0] if isinstance(key, list) and key else key
    return mark if isinstance(mark, str) and mark.startswith(MARK) else None


def _mark_heard(frame: Frame) -> str | None:
    return mark_of(frame.payload) if (frame.direction, frame.kind) == ("received", "CALL") else None


def _of_one_command(command: Mapping[str, Any], heard: int, answers: Mapping[str, str]) -> list[str]:
    state, error = command["state"], command["error"] or {}
    said = [f"sent {heard} times"] if heard > 1 else []
    if state in ANSWERED:
        if heard == 0 or answers.get(command["message_id"]) != ANSWERED[state]:
            said.append("no charger said so")
    elif state == "no_answer":
        said += [] if error.get("code") in UNANSWERED else ["does not say why it has no answer"]
    elif state == "not_sent":
        said += ["it was sent"] if heard else []
        said += [] if error.get("code") in UNSENT else ["does not say why it was not sent"]
    else:
        said.append("it hangs")
    return said
