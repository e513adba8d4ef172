"""Is a card accepted: every path of the flow in authorization.md, with the step that settled it."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homecharge.domain.authorization import Decision, decide, decide_partner_start
from homecharge.domain.authorization_codes import AuthorizationStatus, Code, category, fix_by, status_of
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
from homecharge.domain.authorization_trace import State, Step, known_to_members, restored_trace, stored_trace
from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish
from homecharge.domain.rejections import Category, FixBy

NOW = datetime(2026, 11, 28, 18, tzinfo=UTC)
UID = "04A1B2C3D4"
PRIVATE = Place(charger_id="charger", location_id="home")
ROAMING = dataclasses.replace(PRIVATE, has_roaming=True)
GUESTS = dataclasses.replace(PRIVATE, has_guests=True)
ISSUER = CardProvider(
    id="provider", name="Volt", party="NL-VLT", live_url="https://volt.example/ocpi", contact="+31 20"
)
CARD = RoamingCard(
    type=TokenType.RFID,
    is_valid=True,
    whitelist=Whitelist.ALLOWED,
    contract_key="NLVLTC1",
    organisation_unit="SALES",
    provider=ISSUER,
)
HERE = LocalEntry(group="Family", covers=True, is_valid=True, is_home=True, driver_id="ada")
LINKED = Reimbursement(type=ReimbursementType.TOKEN, contract_keys=frozenset({"NLVLTC1"}))
BY_UID = Reimbursement(type=ReimbursementType.TOKEN, uid_keys=frozenset({UID}))
OTHERS = Reimbursement(type=ReimbursementType.TOKEN, contract_keys=frozenset({"NLVLTC2"}))
SALES = Reimbursement(type=ReimbursementType.ORGANISATION_UNIT, organisation_unit="SALES")
FINANCE = Reimbursement(type=ReimbursementType.ORGANISATION_UNIT, organisation_unit="FINANCE")
OWN = OwnTag(reference="K7Q2-9MXP", is_valid=True, expires_at=NOW + timedelta(hours=1))
ELSEWHERE = Elsewhere("CP-9", NOW - timedelta(hours=1))


def shown(place: Place | None = PRIVATE, **facts: Any) -> CardFacts:
    return CardFacts(**{"request": Request.AUTHORIZE, "uid": UID, "at": NOW, "place": place} | facts)


def card(**changes: Any) -> RoamingCard:
    return dataclasses.replace(CARD, **changes)


def entry(**changes: Any) -> LocalEntry:
    return dataclasses.replace(HERE, **changes)


def reimbursing(wanted: Reimbursement, place: Place = PRIVATE) -> Place:
    return dataclasses.replace(place, reimbursement=wanted)


BLOCKED = card(provider=dataclasses.replace(ISSUER, is_blocked=True))
EXPIRED = card(expires_at=NOW)
INVALID = card(is_valid=False)
ASKED = card(whitelist=Whitelist.NEVER)
OFFLINE = card(whitelist=Whitelist.ALLOWED_OFFLINE)
NOBODY_TO_ASK = dataclasses.replace(ISSUER, live_url=None)
OTHER_GROUP = entry(covers=False, is_home=False)
OTHER_HOME = entry(covers=False)

PATHS = {
    # 0
    "an unknown charger": (shown(None), "A00", Step.CHARGER),
    "an empty uid": (shown(uid="   "), "A01", Step.UID),
    "a uid too long": (shown(uid="0" * 21), "A01", Step.UID),
    "a uid that is padded": (shown(uid=f" {UID}  ", entries=(HERE,)), "G20", Step.LOCAL_GROUPS),
    # 1
    "a charger that accepts any": (
        shown(dataclasses.replace(PRIVATE, charger_accepts_any=True)),
        "G10",
        Step.ANY_TOKEN,
    ),
    "a location that accepts any": (
        shown(dataclasses.replace(PRIVATE, location_accepts_any=True), card=BLOCKED),
        "G10",
        Step.ANY_TOKEN,
    ),
    "free-vend, and no card": (shown(dataclasses.replace(PRIVATE, is_free_vend=True)), "G10", Step.ANY_TOKEN),
    "free-vend, and a card": (shown(dataclasses.replace(PRIVATE, is_free_vend=True), card=CARD), "A20", Step.LOCATION),
    "free-vend, and a card of another home": (
        shown(dataclasses.replace(PRIVATE, is_free_vend=True), entries=(OTHER_HOME,)),
        "G10",
        Step.ANY_TOKEN,
    ),
    # 2
    "our session's tag": (shown(own=OWN), "G40", Step.REMOTE_START),
    "our session's tag, over": (shown(own=dataclasses.replace(OWN, is_valid=False)), "A30", Step.LOCATION),
    "our session's tag, its driver gone": (
        shown(own=dataclasses.replace(OWN, has_driver_left=True)),
        "A61",
        Step.REMOTE_START,
    ),
    "the charger's own tag": (shown(is_remote_start_tag=True), "G40", Step.REMOTE_START),
    "another tag while a session is starting": (shown(is_session_starting=True), "G40", Step.REMOTE_START),
    "a card while a session is starting": (shown(is_session_starting=True, card=CARD), "A20", Step.LOCATION),
    # 3
    "a local card": (shown(entries=(HERE,)), "G20", Step.LOCAL_GROUPS),
    "a local card, of a blocked provider": (shown(entries=(HERE,), card=BLOCKED), "G20", Step.LOCAL_GROUPS),
    "a local card in two groups, valid in one": (
        shown(entries=(entry(is_valid=False), HERE)),
        "G20",
        Step.LOCAL_GROUPS,
    ),
    "a local card, not valid": (shown(ROAMING, entries=(entry(is_valid=False),), card=CARD), "A31", Step.LOCAL_GROUPS),
    "a card of another group": (shown(entries=(OTHER_GROUP,)), "A32", Step.LOCATION),
    "a card of another group, at an open place": (shown(ROAMING, entries=(OTHER_GROUP,)), "A32", Step.TOKEN),
    "a card of another group, and a provider's": (
        shown(ROAMING, entries=(OTHER_GROUP,), card=CARD),
        "G50",
        Step.WHITELIST,
    ),
    "a card of another home": (shown(entries=(OTHER_HOME,)), "A30", Step.LOCATION),
    # 4
    "a blocked provider": (shown(ROAMING, card=BLOCKED), "A40", Step.PROVIDER),
    "a blocked provider, linked": (shown(reimbursing(LINKED), card=BLOCKED), "A40", Step.PROVIDER),
    # 5
    "linked by contract": (shown(reimbursing(LINKED), card=CARD), "G30", Step.REIMBURSEMENT),
    "linked by uid": (shown(reimbursing(BY_UID), card=CARD), "G30", Step.REIMBURSEMENT),
    "linked by organisation": (shown(reimbursing(SALES), card=CARD), "G30", Step.REIMBURSEMENT),
    "linked, expired": (shown(reimbursing(LINKED), card=EXPIRED), "A12", Step.REIMBURSEMENT),
    "linked, not valid": (shown(reimbursing(LINKED), card=INVALID), "A11", Step.REIMBURSEMENT),
    "linked, and no such card": (shown(reimbursing(BY_UID)), "A30", Step.LOCATION),
    "not linked": (shown(reimbursing(OTHERS), card=CARD), "A50", Step.LOCATION),
    "not linked, of no contract": (shown(reimbursing(LINKED), card=card(contract_key=None)), "A50", Step.LOCATION),
    "not linked, of another organisation": (shown(reimbursing(FINANCE), card=CARD), "A50", Step.LOCATION),
    "not linked, of no organisation": (
        shown(reimbursing(FINANCE), card=card(organisation_unit=None)),
        "A50",
        Step.LOCATION,
    ),
    "not linked, unknown": (shown(reimbursing(SALES)), "A50", Step.LOCATION),
    "not linked, at an open place": (shown(reimbursing(OTHERS, ROAMING), card=CARD), "G50", Step.WHITELIST),
    "not linked, and of another group": (
        shown(reimbursing(OTHERS), card=CARD, entries=(OTHER_GROUP,)),
        "A32",
        Step.LOCATION,
    ),
    # 6
    "approved beforehand": (shown(preapproved_at=NOW - timedelta(minutes=1)), "G40", Step.PRE_APPROVED),
    # 7
    "unknown, at a private place": (shown(), "A30", Step.LOCATION),
    "a provider's, at a private place": (shown(card=CARD), "A20", Step.LOCATION),
    # 8
    "unknown, at an open place": (shown(ROAMING), "A10", Step.TOKEN),
    "expired": (shown(ROAMING, card=EXPIRED), "A12", Step.TOKEN),
    "expired and not valid": (shown(ROAMING, card=card(expires_at=NOW, is_valid=False)), "A12", Step.TOKEN),
    "not valid": (shown(GUESTS, card=INVALID), "A11", Step.TOKEN),
    # 9
    "always": (shown(ROAMING, card=card(whitelist=Whitelist.ALWAYS)), "G50", Step.WHITELIST),
    "allowed": (shown(GUESTS, card=card(provider=None)), "G50", Step.WHITELIST),
    # 10, without anybody to ask
    "never, and nobody to ask": (
        shown(ROAMING, card=card(whitelist=Whitelist.NEVER, provider=NOBODY_TO_ASK)),
        "A75",
        Step.OFFLINE,
    ),
    "never, and no provider": (
        shown(ROAMING, card=card(whitelist=Whitelist.NEVER, provider=None)),
        "A75",
        Step.OFFLINE,
    ),
    "offline, and nobody to ask": (
        shown(ROAMING, card=card(whitelist=Whitelist.ALLOWED_OFFLINE, provider=NOBODY_TO_ASK)),
        "G70",
        Step.OFFLINE,
    ),
    # 11
    "a whitelist that nobody defined": (shown(ROAMING, card=card(whitelist=None)), "A90", Step.NOTHING),
}


@pytest.mark.parametrize("path", PATHS)
def test_every_path_ends_at_its_step_with_its_code(path: str) -> None:
    facts, code, step = PATHS[path]

    decision = _decided(facts)

    assert (decision.code, decision.trace[-1].step) == (code, step)
    assert decision.trace[0].step is Step.CHARGER
    assert decision.trace[-1].state is (State.VALID if decision.code.is_grant else State.INVALID)


@pytest.mark.parametrize(
    ("verdict", "never", "offline", "state"),
    [
        (LiveVerdict.ALLOWED, "G60", "G60", State.VALID),
        (LiveVerdict.BLOCKED, "A71", "A71", State.INVALID),
        (LiveVerdict.EXPIRED, "A72", "A72", State.INVALID),
        (LiveVerdict.NO_CREDIT, "A73", "A73", State.INVALID),
        (LiveVerdict.NOT_ALLOWED, "A74", "A74", State.INVALID),
        (LiveVerdict.UNKNOWN, "A10", "A10", State.INVALID),
        (LiveVerdict.ERROR, "A75", "A75", State.INVALID),
        (LiveVerdict.TIMEOUT, "A70", "G70", State.TIMEOUT),
        (LiveVerdict.UNREACHABLE, "A70", "G70", State.TIMEOUT),
        (LiveVerdict.SHORT_CIRCUITED, "A70", "G70", State.TIMEOUT),
    ],
)
def test_the_provider_is_asked_and_has_the_last_word(
    verdict: LiveVerdict, never: str, offline: str, state: State
) -> None:
    live = LiveAnswer(verdict=verdict, took_ms=120)
    for asked, code in ((ASKED, never), (OFFLINE, offline)):
        facts = shown(ROAMING, card=asked)

        wish = decide(facts)
        decision = decide(facts, live)

        assert wish == LiveWish(
            provider_id="provider", live_url=ISSUER.live_url, uid=UID, location_id="home", charger_id="charger"
        )
        assert isinstance(decision, Decision)
        assert decision.code == code
        assert next(step.state for step in decision.trace if step.step is Step.LIVE_CHECK) is state


def test_a_card_of_a_provider_is_good_as_long_as_the_card() -> None:
    until = NOW + timedelta(days=1)
    assert _decided(shown(ROAMING, card=card(expires_at=until))).expires_at == until
    assert _decided(shown(own=OWN)).expires_at == OWN.expires_at
    assert _decided(shown(preapproved_at=NOW)).expires_at is None
    assert _decided(shown(entries=(HERE,), card=card(expires_at=until))).expires_at is None


def test_a_local_card_says_whose_it_is_and_the_homes_own_list_goes_first() -> None:
    both = (entry(is_home=False, driver_id=None, group="Fleet"), HERE)

    decision = _decided(shown(entries=both))

    assert decision.driver_id == "ada"
    assert decision.trace[-1].params == {"group": "Family"}


EARLIER = EarlierGrant(Code.PROVIDER, NOW - timedelta(minutes=2))
LOCAL = EarlierGrant(Code.LOCAL_GROUP, NOW - timedelta(minutes=2))


@pytest.mark.parametrize(
    ("facts", "code", "finding"),
    [
        (shown(ROAMING, card=ASKED, earlier=EARLIER), "G60", "reused"),
        (shown(card=card(whitelist=Whitelist.NEVER, provider=None), earlier=EARLIER), "G60", "reused"),
        (shown(ROAMING, card=BLOCKED, earlier=EARLIER), "A40", None),
        (shown(ROAMING, card=INVALID, earlier=EARLIER), "A11", "not_valid"),
        (shown(ROAMING, card=EXPIRED, earlier=EARLIER), "A12", "expired"),
        (shown(ROAMING, earlier=EARLIER), "A10", "gone"),
        (shown(entries=(HERE,), earlier=LOCAL), "G20", "reused"),
        (shown(entries=(entry(is_valid=False),), earlier=LOCAL), "A31", "local_not_valid"),
        (shown(earlier=LOCAL), "A30", "gone"),
    ],
)
def test_what_was_granted_a_moment_ago_holds_unless_the_card_was_withdrawn(
    facts: CardFacts, code: str, finding: str | None
) -> None:
    decision = _decided(dataclasses.replace(facts, request=Request.START_TRANSACTION))

    assert decision.code == code
    found = next((step.finding for step in decision.trace if step.step is Step.EARLIER_GRANT), None)
    assert found == finding


@pytest.mark.parametrize(
    ("facts", "code", "finding"),
    [
        (shown(entries=(HERE,)), "G20", "alone"),
        (shown(entries=(HERE,), elsewhere=ELSEWHERE), "A80", "elsewhere"),
        (shown(ROAMING, card=CARD, elsewhere=ELSEWHERE), "A80", "elsewhere"),
        (shown(entries=(entry(allow_concurrent=True),), elsewhere=ELSEWHERE), "G20", "allowed"),
        (shown(entries=(entry(allow_concurrent=True, is_valid=False), HERE), elsewhere=ELSEWHERE), "A80", "elsewhere"),
        (shown(own=OWN, elsewhere=ELSEWHERE), "G40", "exempt"),
        (shown(dataclasses.replace(PRIVATE, charger_accepts_any=True), elsewhere=ELSEWHERE), "G10", "exempt"),
    ],
)
@pytest.mark.parametrize("request_", [Request.START_TRANSACTION, Request.MANUAL])
def test_one_card_charges_one_car(facts: CardFacts, code: str, finding: str, request_: Request) -> None:
    decision = _decided(dataclasses.replace(facts, request=request_))

    assert (decision.code, decision.trace[-1].finding) == (code, finding)


def test_a_card_that_charges_elsewhere_is_looked_at_when_a_transaction_begins() -> None:
    assert _decided(shown(entries=(HERE,), elsewhere=ELSEWHERE)).code is Code.LOCAL_GROUP


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (shown(None), "A00"),
        (shown(ROAMING, uid=""), "A01"),
        (shown(ROAMING, card=BLOCKED), "A40"),
        (shown(card=BLOCKED), "A40"),
        (shown(card=CARD), "A60"),
        (shown(GUESTS, card=CARD), "A60"),
        (shown(ROAMING, card=CARD), "G40"),
        (shown(ROAMING, card=card(provider=None)), "G40"),
        (shown(ROAMING), "G40"),
    ],
)
def test_a_partner_may_start_where_roaming_is_on_and_its_provider_is_not_blocked(facts: CardFacts, code: str) -> None:
    assert decide_partner_start(dataclasses.replace(facts, request=Request.PARTNER_START)).code == code


def test_a_trace_is_stored_as_plain_json_and_read_again() -> None:
    decision = _decided(shown(ROAMING, card=card(expires_at=NOW - timedelta(days=1))))

    assert restored_trace(stored_trace(decision.trace)) == decision.trace


def test_a_code_says_what_becomes_of_the_charge_and_who_can_mend_it() -> None:
    assert {status_of(code) for code in Code if code.value.startswith("G")} == {AuthorizationStatus.ACCEPTED}
    assert {status_of(code) for code in Code if code.value.startswith("A")} == {AuthorizationStatus.REFUSED}
    by = {fix: {code.value for code in Code if not code.is_grant and fix_by(code) is fix} for fix in FixBy}
    assert by[FixBy.DRIVER] == {"A30", "A31", "A32", "A70"}
    assert by[FixBy.PROVIDER] == {"A11", "A12", "A71", "A72", "A73", "A74", "A75"}
    assert {code.value for code in Code if category(code) is Category.RETRIABLE} == {"A70"}


def _decided(facts: CardFacts) -> Decision:
    decision = decide(facts)
    assert isinstance(decision, Decision)
    return decision


def test_members_are_not_told_what_belongs_to_others() -> None:
    decision = _decided(shown(entries=(HERE,), elsewhere=ELSEWHERE, request=Request.MANUAL))

    assert decision.trace[-1].params["charger"] == "CP-9"
    assert known_to_members(decision.trace) == {"since": ELSEWHERE.started_at}
