"""A decision about a card, as a support agent reads it."""

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.authorization_codes import AuthorizationStatus, Code, status_of
from homecharge.domain.authorization_facts import (
    CardProvider,
    Place,
    Reimbursement,
    ReimbursementType,
    Request,
    RoamingCard,
)
from homecharge.domain.authorization_trace import Finding, Param, State, Step, TraceStep
from homecharge.domain.authorization_view import Authorization, AuthorizationView, CardIssuer, contact_of
from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict
from homecharge.domain.roaming_cards import issuer, live_check, offline, reimbursement, whitelisted, withdrawn
from homecharge.domain.texts import DEFAULT
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_authorizations import as_members_see, authorization_text

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
READER = Reader(language=DEFAULT, zone=ZoneInfo("Europe/Berlin"), now=NOW)
ASKED: dict[str, Param] = {"provider": "Plug & Go", "party": "GB-PNG", "contact": "+44 20 7946 0000"}
PLACE = Place(charger_id="the charger", location_id="the location")
PROVIDER = CardProvider(
    id="p", name="Plug & Go", party="GB-PNG", live_url="https://png.example", contact="+44 20 7946 0000"
)
CARD = RoamingCard(type=TokenType.RFID, is_valid=True, whitelist=Whitelist.NEVER, contract_key="C", provider=PROVIDER)


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
    support = {"phone": "+44 20 7946 0000", "email": None, "url": "https://png.example/help"}
    provider = CardIssuer(id="p", name="Plug & Go", party="GB-PNG", support=support)

    view = read(Code.NOT_VALID, provider=provider)

    assert view.detail == "The card is known, but Plug & Go does not mark it valid."
    assert view.advice == (
        "Contact Plug & Go (+44 20 7946 0000, https://png.example/help), which alone can mark the card valid."
    )
    assert contact_of(None) is None


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


def test_everything_that_may_be_found_on_a_providers_card_has_its_sentence():
    wanted = Reimbursement(type=ReimbursementType.TOKEN, contract_keys=frozenset({"C"}))
    for is_valid, is_expired, is_blocked, whitelist, provider, verdict in itertools.product(
        (True, False), (True, False), (True, False), (*Whitelist, None), (PROVIDER, None), LiveVerdict
    ):
        card = dataclasses.replace(
            CARD,
            is_valid=is_valid,
            expires_at=NOW if is_expired else None,
            whitelist=whitelist,
            provider=provider and dataclasses.replace(provider, is_blocked=is_blocked),
        )
        answer = LiveAnswer(verdict=verdict, took_ms=420)
        found = (
            *(issuer(card), issuer(None), withdrawn(Step.TOKEN, card, at=NOW), whitelisted(card)),
            *(
                reimbursement(want, uid, held, at=NOW)
                for want in (wanted, None)
                for uid in "CX"
                for held in (card, None)
            ),
            *(live_check(PLACE, "X", card, answer), offline(card, otherwise=Code.PROVIDER_SILENT)),
        )
        trace = [each.traced for each in found if isinstance(each, Finding)]

        assert {(made.step, made.finding) for made in trace} - set(DEFAULT.findings) == set()
