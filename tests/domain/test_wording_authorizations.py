"""A decision about a card, as a support agent reads it."""

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.authorization import Decision, decide, decide_partner_start
from homecharge.domain.authorization_codes import AuthorizationStatus, Code, status_of
from homecharge.domain.authorization_facts import (
    CardFacts,
    CardProvider,
    EarlierGrant,
    Elsewhere,
    LocalEntry,
    OwnTag,
    Place,
    Reimbursement,
    ReimbursementType,
    Request,
    RoamingCard,
)
from homecharge.domain.authorization_trace import Param, State, Step, TraceStep
from homecharge.domain.authorization_view import Authorization, AuthorizationView, CardIssuer
from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict
from homecharge.domain.own_tags import Turn, by_session
from homecharge.domain.providers import SupportContact
from homecharge.domain.texts import DEFAULT
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_authorizations import as_members_see, authorization_text

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
READER = Reader(language=DEFAULT, zone=ZoneInfo("Europe/Berlin"), now=NOW)
ASKED: dict[str, Param] = {"provider": "Plug & Go", "party": "GB-PNG", "contact": "+44 20 7946 0000"}
PLACE = Place(charger_id="the charger", location_id="the location", has_roaming=True)
PROVIDER = CardProvider(
    id="p", name="Plug & Go", party="GB-PNG", live_url="https://png.example", contact="+44 20 7946 0000"
)
CARD = RoamingCard(type=TokenType.RFID, is_valid=True, whitelist=Whitelist.NEVER, contract_key="C", provider=PROVIDER)
ENTRY = LocalEntry(group="Taxis", covers=True, is_valid=True)
WANTED = Reimbursement(type=ReimbursementType.TOKEN, uid_keys=frozenset({"04A1B2C3D4"}))
BUSY = Elsewhere("SHED", NOW - timedelta(hours=1))


def _place(**changes: object) -> dict[str, object]:
    return {"place": dataclasses.replace(PLACE, **changes)}


def _card(**changes: object) -> dict[str, object]:
    return {"card": dataclasses.replace(CARD, **changes)}


def _entry(**changes: object) -> dict[str, object]:
    return {"entries": (dataclasses.replace(ENTRY, **changes),)}


DIFFERENT: list[dict[str, Any]] = [
    {},
    *({"place": None}, {"uid": " "}, {"card": None}, {"preapproved_at": NOW}, {"elsewhere": BUSY}),
    *({"is_remote_start_tag": True}, {"is_session_starting": True, "card": None}),
    *(_place(charger_accepts_any=True), _place(location_accepts_any=True), _place(is_free_vend=True)),
    *(_place(has_roaming=False), _place(has_roaming=False, has_guests=True)),
    *(_place(reimbursement=WANTED), _place(reimbursement=dataclasses.replace(WANTED, uid_keys=frozenset()))),
    *({"own": OwnTag(reference="K7Q2-9MXP", is_valid=is_valid)} for is_valid in (True, False)),
    {"own": OwnTag(reference="K7Q2-9MXP", is_valid=True, has_driver_left=True)},
    *(_entry(), _entry(allow_concurrent=True), _entry(is_valid=False), _entry(covers=False)),
    *({"earlier": EarlierGrant(code, NOW)} for code in (Code.LOCAL_GROUP, Code.WHITELIST)),
    *(_card(is_valid=False), _card(expires_at=NOW), *(_card(whitelist=whitelist) for whitelist in (*Whitelist, None))),
    *(_card(provider=None), _card(provider=dataclasses.replace(PROVIDER, is_blocked=True))),
]
"""What may be otherwise about a card and where it is shown."""


def step(of: Step, state: State, finding: str, **params: Param) -> TraceStep:
    return TraceStep(of, state, finding, params)


def decided(code: Code | None, *trace: TraceStep, provider: CardIssuer | None = None) -> Authorization:
    return Authorization(
        id="1",
        at=NOW,
        request=Request.AUTHORIZE,
        charger_id="the charger",
        connector_id=None,
        location_id="the location",
        time_zone="Europe/Berlin",
        uid="04A1B2C3D4",
        status=AuthorizationStatus.PENDING if code is None else status_of(code),
        code=code,
        trace=trace,
        provider=provider,
        session_id=None,
        message_id="m",
    )


def read(code: Code | None, *trace: TraceStep, provider: CardIssuer | None = None) -> AuthorizationView:
    return authorization_text(decided(code, *trace, provider=provider), READER)


CLASSIC = {
    "unknown": (
        (Code.UNKNOWN_CARD, step(Step.TOKEN, State.INVALID, "unknown")),
        "The card is not in the system: no mobility provider has published it.",
        "Ask the card's provider to publish it to Homecharge, or add it to a local group of this location.",
    ),
    "not valid": (
        (Code.NOT_VALID, step(Step.TOKEN, State.INVALID, "not_valid", **ASKED)),
        "The card is known, but Plug & Go does not mark it valid.",
        "Contact Plug & Go (+44 20 7946 0000), which alone can mark the card valid.",
    ),
    "expired": (
        (Code.EXPIRED, step(Step.TOKEN, State.INVALID, "expired", expires_at=NOW - timedelta(days=19), **ASKED)),
        "The card is known, but expired on Sun 1 Nov at 12:05.",
        "Contact Plug & Go (+44 20 7946 0000) for a card that is still good.",
    ),
    "neither roaming nor guest": (
        (Code.PLACE_CLOSED, step(Step.PROVIDER, State.VALID, "open", **ASKED)),
        "This location takes neither roaming nor guest cards, and the card is one of Plug & Go.",
        "Have roaming or guest cards switched on at this location, or add the card to its local group.",
    ),
    "local group": (
        (Code.OTHER_GROUP, step(Step.LOCAL_GROUPS, State.INVALID, "other_group", group="driver")),
        "The card is in the local group “driver”, which does not cover this charger.",
        "Add this charger or its location to “driver”, or the card to a group that covers the charger.",
    ),
    "blocked provider": (
        (Code.PROVIDER_BLOCKED, step(Step.PROVIDER, State.INVALID, "blocked", **ASKED)),
        "The card's mobility provider, Plug & Go (GB-PNG), is blocked: none of its cards is accepted.",
        "Ask the operator whether Plug & Go is to stay blocked, and use another card meanwhile.",
    ),
    "reimbursement": (
        (Code.NOT_LINKED, step(Step.REIMBURSEMENT, State.INVALID, "not_linked")),
        "This location pays certain cards back, and the card is not linked for it.",
        "Link the card's contract with this location's reimbursement, or add the card to its local group.",
    ),
    "remote start": (
        (Code.ROAMING_OFF, step(Step.ROAMING, State.INVALID, "off")),
        "The provider's remote start was refused: roaming is off at this location.",
        "Have roaming switched on at this location, if partners may start charges here.",
    ),
    "live check timed out": (
        (
            Code.PROVIDER_SILENT,
            step(Step.LIVE_CHECK, State.TIMEOUT, "timeout", took_ms=15_000, said="no answer within 15 s", **ASKED),
            step(Step.OFFLINE, State.INVALID, "not_allowed", **ASKED),
        ),
        "Plug & Go did not answer within 15.0 s.",
        "Try the card again shortly.",
    ),
}


@pytest.mark.parametrize(("given", "detail", "advice"), CLASSIC.values(), ids=CLASSIC)
def test_a_classic_cause_says_what_was_wrong_and_what_to_do(
    given: tuple[Code, *tuple[TraceStep, ...]], detail: str, advice: str
):
    view = read(*given)

    assert (view.detail, view.advice) == (detail, advice)


def test_a_step_says_what_was_looked_at_what_was_found_and_what_can_be_done():
    found = step(Step.LIVE_CHECK, State.INVALID, "no_credit", took_ms=420, said="top up", **ASKED)

    [said] = read(Code.PROVIDER_SAYS_NO_CREDIT, found).trace

    assert dataclasses.asdict(said) == {
        "step": "live_check",
        "title": "What does the card's provider say?",
        "state": "invalid",
        "detail": "Plug & Go says that the card has no credit left: top up (420 ms).",
        "advice": "Contact Plug & Go (+44 20 7946 0000) to top the account up.",
    }


def test_what_is_in_order_asks_for_nothing():
    view = read(Code.LOCAL_GROUP, step(Step.LOCAL_GROUPS, State.VALID, "valid", group="Family"))

    assert (view.detail, view.advice) == ("The card is in the local group “Family”, which covers this charger.", None)
    assert [said.advice for said in view.trace] == [None]


def test_a_check_that_waits_for_its_provider_says_so():
    view = read(None)

    assert (view.detail, view.advice) == ("The card's provider is being asked.", None)


def test_a_provider_is_named_where_no_step_names_it():
    provider = CardIssuer(id="p", name="Plug & Go", party="GB-PNG", support=SupportContact(url="https://png.example"))

    view = read(Code.NOT_VALID, provider=provider)
    silent = read(Code.NOT_VALID, provider=dataclasses.replace(provider, support=None))

    assert view.detail == "The card is known, but Plug & Go does not mark it valid."
    assert view.advice == "Contact Plug & Go (https://png.example), which alone can mark the card valid."
    assert silent.advice == "Contact Plug & Go, which alone can mark the card valid."


def test_a_tap_that_paired_a_card_says_that_it_starts_nothing():
    view = read(Code.NOTHING_APPROVED, step(Step.PAIRING, State.INVALID, "paired"))

    assert view.detail.endswith("the tap itself starts nothing.")
    assert view.advice == "Hold the card to the charger again to charge."


@pytest.mark.parametrize(("turn", "detail"), [(Turn.OVER, "cancelled or stopped"), (Turn.OVERTAKEN, "another one")])
def test_a_sessions_tag_that_came_late_says_what_has_become_of_the_session(turn: Turn, detail: str):
    late = by_session(Decision(code=Code.ANY_TOKEN, trace=()), turn, reference="K7Q2-9MXP")

    view = read(late.code, *late.trace)

    assert detail in view.detail
    assert view.advice is not None
    assert view.advice.startswith("Start a new charge in the app")


def test_a_finding_that_is_no_longer_made_is_still_shown():
    [said] = read(Code.NOTHING_APPROVED, step(Step.TOKEN, State.INVALID, "long_gone")).trace

    assert (said.detail, said.advice) == ("Long gone.", None)


def test_members_of_a_home_are_told_nothing_of_others():
    elsewhere = step(Step.CONCURRENT, State.INVALID, "elsewhere", charger="SHED", since=NOW - timedelta(hours=1))
    group = step(Step.LOCAL_GROUPS, State.VALID, "valid", group="Taxis")
    whole = decided(Code.CHARGING_ELSEWHERE, group, elsewhere)

    view = authorization_text(as_members_see(whole), READER)

    assert view.detail == "The card has been charging elsewhere since 11:05."
    assert (view.authorization.uid, view.authorization.message_id) == ("04A1…D4", None)
    assert not any(hidden in f"{view}" for hidden in ("SHED", "Taxis", "04A1B2C3D4"))


def test_everything_that_a_decision_may_find_has_its_sentence_and_every_sentence_is_found():
    found: set[tuple[Step, str]] = set()

    for decision in _every_kind_of_decision():
        found |= {(step.step, step.finding) for step in decision.trace}
        view = read(decision.code, *decision.trace)
        assert view.detail
        assert (view.advice is None) is decision.code.is_grant

    elsewhere = {pair for pair in DEFAULT.findings if pair[0] in {Step.PAIRING, Step.FAULT}}
    assert found ^ (set(DEFAULT.findings) - elsewhere) == set()


def _every_kind_of_decision() -> Iterator[Decision]:
    """One decision for each pair of things that may differ from a card that is asked about at a roaming location."""
    plain = CardFacts(request=Request.START_TRANSACTION, uid="04A1B2C3D4", at=NOW, place=PLACE, card=CARD)
    answers = [LiveAnswer(verdict=verdict, took_ms=420) for verdict in LiveVerdict]
    for one, other in itertools.product(DIFFERENT, repeat=2):
        facts = dataclasses.replace(plain, **one | other)
        yield from (decision for live in answers if isinstance(decision := decide(facts, live), Decision))
        yield decide_partner_start(facts)
    for turn in Turn:
        yield by_session(Decision(code=Code.ANY_TOKEN, trace=()), turn, reference="K7Q2-9MXP")
