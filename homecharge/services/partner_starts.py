"""A mobility partner starts a charge with its card: decided first (R1, R2), then the one path to start a charge."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.authorization import decide_partner_start
from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_facts import Request
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.rejections import Code as Reason
from homecharge.domain.session_state import PARTNER_START, Kind, Session, Status
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services.auditing import note
from homecharge.services.authorizing import Shown, gathered
from homecharge.services.chargers import require_connector
from homecharge.services.planning import plan_session
from homecharge.services.tries import Try
from homecharge.storage.queries.decided import (
    Asked,
    add_authorization,
    approve_beforehand,
    forget_approval,
    link_session,
    list_partner_starts,
)
from homecharge.storage.queries.homes import find_owner
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.sessions import get_session

APPROVED_FOR = timedelta(minutes=15)


class PartnerStartRefused(Refused):
    """Nothing is sent; `authorization_id` is the decision, with its trace."""


class ProviderIsBlocked(PartnerStartRefused):
    """The card's mobility provider is blocked; `authorization_id` is the decision."""

    code = "A40"
    title = "The card's mobility provider is blocked"
    advice = "Show `detail`; the decision of `authorization_id` has the trace."


class RoamingIsOff(PartnerStartRefused):
    """The location takes no partners' cards; `authorization_id` is the decision."""

    code = "A60"
    title = "Roaming is off at this location"
    advice = "Switch roaming on at the location first, if its owner wants that."


class MalformedUid(PartnerStartRefused):
    """The uid cannot be told to a charger; `authorization_id` is the decision."""

    code = "A01"
    title = "This is no uid that a charger can be told"
    advice = "Correct the uid."


_FOR_GOOD = frozenset({Reason.CHARGER_REFUSED, Reason.CANCELLED})
_REFUSALS = {Code.PROVIDER_BLOCKED: ProviderIsBlocked, Code.MALFORMED_UID: MalformedUid}


def start_for_partner(
    db: Db, charger_id: str, uid: str, *, connector_id: int, caller: Caller, now: datetime
) -> Session | PartnerStartRefused:
    """Plan a session with the card, due now: it goes the path of all starts (R3 to R5).

    The session is the location owner's. Returned, not raised, is a refusal: its decision is kept. Raises NotFound for
    an unknown charger, Invalid for a connector that it does not have.
    """
    lock_chargers(db, [charger_id])
    shown = Shown(request=Request.PARTNER_START, uid=uid, charger_id=charger_id, connector_id=connector_id, at=now)
    case = gathered(db, shown, now=now)
    if case.facts.place is None:
        raise NotFound("There is no such charger.")
    require_connector(db, charger_id, connector_id)
    decision = decide_partner_start(case.facts)
    asked = Asked(charger_id=charger_id, connector_id=connector_id, requested_by=caller.account_id)
    authorization_id = add_authorization(db, case.facts, decision, asked, now=now)
    note(
        db,
        "charger.partner_start",
        actor_id=caller.account_id,
        target=Target("charger", charger_id),
        charger_id=charger_id,
        location_id=case.facts.place.location_id,
        detail={"uid": uid, "code": decision.code.value, "authorization_id": authorization_id},
        now=now,
    )
    if not decision.code.is_grant:
        return _REFUSALS.get(decision.code, RoamingIsOff)(authorization_id=authorization_id)
    location_id = case.facts.place.location_id
    attempt = Try(
        kind=Kind.CARD,
        location_id=location_id,
        charger_id=charger_id,
        connector_id=connector_id,
        driver_id=find_owner(db, location_id),
        due_at=now,
        card_uid=uid.strip(),
        flags=(PARTNER_START,),
    )
    session = plan_session(db, attempt, actor=Actor.SUPPORT, actor_id=caller.account_id, cause="partner_start", now=now)
    link_session(db, authorization_id, session.id, is_card=True)
    return get_session(db, session.id)


def partner_starts_sent(db: Db, sent: Iterable[Session], *, now: datetime) -> None:
    """Remember the cards that partners start with as good at their chargers (R4), as the remote starts are committed.

    Not before: what is rejected until then (R3) leaves nothing behind.
    """
    for charger_id, key in list_partner_starts(db, _with_cards(sent)):
        approve_beforehand(db, charger_id, key, expires_at=now + APPROVED_FOR, now=now)


def partner_starts_over(db: Db, over: Iterable[Session]) -> None:
    """Of a start that the charger refused, or that somebody took back, nothing is to come any more.

    One that was not answered or not confirmed may still begin: its card stays good for the rest of its time.
    """
    taken_back = [session for session in over if session.status is Status.REJECTED and session.reason in _FOR_GOOD]
    for charger_id, key in list_partner_starts(db, _with_cards(taken_back)):
        forget_approval(db, charger_id, key)


def _with_cards(sessions: Iterable[Session]) -> list[str]:
    return [session.id for session in sessions if session.card_uid is not None]
