"""Is a card accepted? The one function that decides, step by step (authorization.md); asked for every message.

An ordered list of ways to be approved: the first valid one accepts; when none grants, the most specific reason is the
code. Where the provider has to be asked, the wish to ask is returned instead, and the decision is made anew with what
came of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from homecharge.domain import roaming_cards
from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_facts import CardFacts, EarlierGrant, LocalEntry, Place, Request, RoamingCard
from homecharge.domain.authorization_trace import Finding, Param, State, Step, TraceStep
from homecharge.domain.id_tokens import MAX_ID_TAG
from homecharge.domain.live_answers import LiveAnswer, LiveWish

Wish = TypeVar("Wish")

_BEFORE_CHARGING = frozenset({Request.START_TRANSACTION, Request.MANUAL})
_EXEMPT = frozenset({Code.ANY_TOKEN, Code.REMOTE_START})
"""Grants that are no card's: the same tag may charge at many places at once."""
_BY_CARD = frozenset({Code.REIMBURSEMENT, Code.WHITELIST, Code.PROVIDER, Code.PROVIDER_AWAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The code with the trace that led to it. `expires_at`: until when a grant is good, None: no end is known.

    `driver_id` is the member whose card it is.
    """

    code: Code
    trace: tuple[TraceStep, ...]
    expires_at: datetime | None = None
    driver_id: str | None = None


def decide(facts: CardFacts, live: LiveAnswer | None = None) -> Decision | LiveWish:
    """The decision on a card that was shown, or the wish to ask its provider; with `live` it is always a decision."""
    return _settled(facts, _ways(facts, live))


def decide_partner_start(facts: CardFacts) -> Decision:
    """Whether a partner may start here with its card: steps R1 and R2, before anything is sent."""
    return _settled(facts, _partner_ways(facts))


def _settled(facts: CardFacts, findings: Iterable[Finding | Wish]) -> Decision | Wish:
    """What the first finding with a code says, if nothing stands against it at the very end."""
    trace: list[TraceStep] = []
    for found in findings:
        if not isinstance(found, Finding):
            return found
        trace.append(found.traced)
        if found.code is not None:
            return _concluded(facts, found.code, trace)
    trace.append(TraceStep(Step.NOTHING, State.INVALID, "nothing"))
    return Decision(code=Code.NOTHING_APPROVED, trace=tuple(trace))


def _concluded(facts: CardFacts, code: Code, trace: list[TraceStep]) -> Decision:
    if code.is_grant and facts.request in _BEFORE_CHARGING:
        found = _concurrent(facts, code)
        trace.append(found.traced)
        code = found.code or code
    expires_at = None
    if code is Code.REMOTE_START and facts.own is not None:
        expires_at = facts.own.expires_at
    elif code in _BY_CARD and facts.card is not None:
        expires_at = facts.card.expires_at
    entry = _valid_entry(facts) if code is Code.LOCAL_GROUP else None
    driver_id = entry.driver_id if entry is not None else None
    return Decision(code=code, trace=tuple(trace), expires_at=expires_at, driver_id=driver_id)


def _ways(facts: CardFacts, live: LiveAnswer | None) -> Iterator[Finding | LiveWish]:
    """Steps 0 to 11, in their order."""
    place, card = facts.place, facts.card
    yield _charger(place)
    yield _uid(facts.uid)
    if place is None:  # pragma: no cover - nobody asks on after the first step; mypy wants to know
        return
    yield _any_token(facts, place)
    yield _remote_start(facts)
    if facts.earlier is not None:
        yield _earlier_grant(facts, facts.earlier)
    local = _local_groups(facts)
    yield local
    yield roaming_cards.issuer(card)
    linked = roaming_cards.reimbursement(place.reimbursement, facts.uid, card, at=facts.at)
    yield linked
    yield _pre_approved(facts)
    yield _location(place, card, noted=local.note or linked.note)
    if card is None:
        yield Finding(Step.TOKEN, State.INVALID, "unknown", local.note or Code.UNKNOWN_CARD)
    else:
        yield from _ways_of(card, facts, place, live)


def _ways_of(
    card: RoamingCard, facts: CardFacts, place: Place, live: LiveAnswer | None
) -> Iterator[Finding | LiveWish]:
    """Steps 8 to 10, for a card that is known. One whose whitelist nobody defined finds nothing that approves it."""
    yield roaming_cards.withdrawn(Step.TOKEN, card, at=facts.at) or Finding(Step.TOKEN, State.VALID, "valid")
    yield roaming_cards.whitelisted(card)
    if card.whitelist is not None:
        said = roaming_cards.live_check(place, facts.uid, card, live)
        if isinstance(said, LiveWish):
            yield said
        else:
            yield said
            yield roaming_cards.offline(card, otherwise=said.note or Code.PROVIDER_FAILED)


def _partner_ways(facts: CardFacts) -> Iterator[Finding]:
    place = facts.place
    yield _charger(place)
    yield _uid(facts.uid)
    yield roaming_cards.issuer(facts.card)
    if place is not None and place.has_roaming:
        yield Finding(Step.ROAMING, State.VALID, "on", Code.REMOTE_START)
    else:
        yield Finding(Step.ROAMING, State.INVALID, "off", Code.ROAMING_OFF)


def _charger(place: Place | None) -> Finding:
    if place is None:
        return Finding(Step.CHARGER, State.INVALID, "unknown", Code.UNKNOWN_CHARGER)
    return Finding(Step.CHARGER, State.VALID, "known")


def _uid(uid: str) -> Finding:
    length = len(uid.strip())
    if not 1 <= length <= MAX_ID_TAG:
        params = {"length": length, "most": MAX_ID_TAG}
        return Finding(Step.UID, State.INVALID, "malformed", Code.MALFORMED_UID, params=params)
    return Finding(Step.UID, State.VALID, "well_formed")


def _any_token(facts: CardFacts, place: Place) -> Finding:
    """Step 1."""
    step = Step.ANY_TOKEN
    if place.charger_accepts_any:
        return Finding(step, State.VALID, "charger", Code.ANY_TOKEN)
    if place.location_accepts_any:
        return Finding(step, State.VALID, "location", Code.ANY_TOKEN)
    if not place.is_free_vend:
        return Finding(step, State.INVALID, "closed")
    if facts.is_known_card:
        return Finding(step, State.INVALID, "known_card")
    return Finding(step, State.VALID, "free_vend", Code.ANY_TOKEN)


def _remote_start(facts: CardFacts) -> Finding:
    """Step 2: what we, or the app, told the charger to show."""
    step, own = Step.REMOTE_START, facts.own
    if own is not None and own.has_driver_left:
        return Finding(step, State.INVALID, "driver_left", Code.DRIVER_LEFT, params={"reference": own.reference})
    if own is not None and own.is_valid:
        return Finding(step, State.VALID, "session", Code.REMOTE_START, params={"reference": own.reference})
    if facts.is_remote_start_tag:
        return Finding(step, State.VALID, "charger_tag", Code.REMOTE_START)
    if facts.is_session_starting and not facts.is_known_card:
        return Finding(step, State.VALID, "starting", Code.REMOTE_START)
    if own is not None:
        return Finding(step, State.INVALID, "over", params={"reference": own.reference})
    return Finding(step, State.INVALID, "not_ours")


def _earlier_grant(facts: CardFacts, earlier: EarlierGrant) -> Finding:
    """Step 12, its first half: what was granted a moment ago holds, unless the card was withdrawn since."""
    step = Step.EARLIER_GRANT
    reused = Finding(step, State.VALID, "reused", earlier.code, params={"at": earlier.at})
    gone = Finding(step, State.INVALID, "gone", params={"at": earlier.at})
    if earlier.code is Code.LOCAL_GROUP:
        if _valid_entry(facts) is not None:
            return reused
        if facts.covering:
            return Finding(step, State.INVALID, "local_not_valid", Code.LOCAL_NOT_VALID)
        return gone
    if facts.card is None:
        return gone
    issued = roaming_cards.issuer(facts.card)
    return issued if issued.code is not None else roaming_cards.withdrawn(step, facts.card, at=facts.at) or reused


def _local_groups(facts: CardFacts) -> Finding:
    """Step 3. What another home has on its own list is nobody's business."""
    step, valid = Step.LOCAL_GROUPS, _valid_entry(facts)
    if valid is not None:
        return Finding(step, State.VALID, "valid", Code.LOCAL_GROUP, params={"group": valid.group})
    if facts.covering:
        params = {"group": facts.covering[0].group}
        return Finding(step, State.INVALID, "not_valid", Code.LOCAL_NOT_VALID, params=params)
    elsewhere = [entry.group for entry in facts.entries if not entry.is_home]
    if elsewhere:
        return Finding(step, State.INVALID, "other_group", note=Code.OTHER_GROUP, params={"group": elsewhere[0]})
    return Finding(step, State.INVALID, "none")


def _valid_entry(facts: CardFacts) -> LocalEntry | None:
    """A valid entry that covers the charger; the home's own first, because it says whose card it is."""
    valid = [entry for entry in facts.covering if entry.is_valid]
    return max(valid, key=lambda entry: (entry.is_home, entry.allow_concurrent), default=None)


def _pre_approved(facts: CardFacts) -> Finding:
    """Step 6: a partner's start was allowed here (R4)."""
    if facts.preapproved_at is None:
        return Finding(Step.PRE_APPROVED, State.SKIPPED, "none")
    params = {"at": facts.preapproved_at}
    return Finding(Step.PRE_APPROVED, State.VALID, "approved", Code.REMOTE_START, params=params)


def _location(place: Place, card: RoamingCard | None, *, noted: Code | None) -> Finding:
    """Step 7."""
    if place.has_roaming:
        return Finding(Step.LOCATION, State.VALID, "roaming")
    if place.has_guests:
        return Finding(Step.LOCATION, State.VALID, "guests")
    code = noted or (Code.PRIVATE_PLACE if card is None else Code.PLACE_CLOSED)
    return Finding(Step.LOCATION, State.INVALID, "closed", code)


def _concurrent(facts: CardFacts, code: Code) -> Finding:
    """Step 12, its second half: one card charges one car."""
    step, elsewhere = Step.CONCURRENT, facts.elsewhere
    if elsewhere is None:
        return Finding(step, State.VALID, "alone")
    if code in _EXEMPT:
        return Finding(step, State.SKIPPED, "exempt")
    if code is Code.LOCAL_GROUP and any(entry.allow_concurrent for entry in facts.covering if entry.is_valid):
        return Finding(step, State.SKIPPED, "allowed")
    params: dict[str, Param] = {"charger": elsewhere.charger, "since": elsewhere.started_at}
    return Finding(step, State.INVALID, "elsewhere", Code.CHARGING_ELSEWHERE, params=params)
