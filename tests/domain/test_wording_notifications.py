"""Notifications in words: what happened, why, what to do; short, and without a card's number."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from homecharge.adapters.catalogues import load_languages
from homecharge.domain.notifications import NoticeKind, Notification, Urgency
from homecharge.domain.rejections import Code, Evidence, Rejection, stored
from homecharge.domain.session_state import Session, Status
from homecharge.domain.texts import ENGLISH, Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording import reason_text
from homecharge.domain.wording_notifications import BODY_BYTES, NotificationView, notification_text, shortened
from tests.domain.builders import at, session

READER = Reader(language=ENGLISH, zone=ZoneInfo("Europe/London"), now=at("06:00"), people={"ada": "Ada", "bob": "Bob"})
LANGUAGES = load_languages().by_tag
ID = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"


def notification(kind: NoticeKind, **changes: Any) -> Notification:
    values: dict[str, Any] = {
        "id": ID,
        "account_id": ID,
        "kind": kind,
        "about": "x",
        "at": at("01:00"),
        "expires_at": at("06:00"),
        "collapse_key": f"occurrence:{ID}",
        "urgency": Urgency.NORMAL,
        "read_at": None,
    }
    return Notification(**values | changes)


def told(
    kind: NoticeKind, about: Session | None = None, charger: str | None = "Drive", **changes: Any
) -> NotificationView:
    if about is not None:
        changes |= {"session_id": about.id, "reference": about.reference, "charger_id": about.charger_id}
    return notification_text(notification(kind, charger_name=charger, **changes), READER, session=about)


def rejected(reason: Rejection, **changes: Any) -> Session:
    return session(
        status=Status.REJECTED, reason=reason.code.value, rejection=stored((reason,)), ended_at=at("01:00"), **changes
    )


def test_the_end_of_a_charge_says_what_it_gave_and_cost():
    ended = session(ended_at=at("04:30"), energy_wh=12_300, cost=Decimal("1.849"), cost_currency="GBP")

    view = told(NoticeKind.FINISHED, ended)

    assert (view.title, view.body) == ("Charging finished", "“Drive” gave 12.3 kWh for 1.85 GBP until 04:30.")
    assert view.link == f"/v1/sessions/{ended.id}"


def test_a_rejection_says_why_and_what_to_do():
    reason = Rejection(code=Code.CAR_UNPLUGGED, params={"since": at("00:10")})

    view = told(NoticeKind.REJECTED, rejected(reason, open_until=at("05:15")))

    assert view.title == "Rejected: car not plugged in"
    assert "unplugged" in view.body or "plugged in" in view.body
    assert [action.kind for action in view.actions] == ["plug_in"]


def test_a_rejection_after_which_another_try_has_begun_asks_nothing_of_its_reader():
    reason = Rejection(code=Code.CHARGER_REFUSED)

    view = notification_text(
        notification(NoticeKind.REJECTED), READER, session=rejected(reason, open_until=None), recovery=Status.STARTING
    )

    assert view.body.endswith("Nothing to do here: it was tried again.")
    assert view.actions == ()


def test_a_cancelled_charge_says_who_when_on_what_and_why_history_says_rejected():
    reason = Rejection(
        code=Code.CANCELLED,
        variant="schedule_deleted",
        params={"who": "bob", "at": at("00:10")},
        evidence=(Evidence(at=at("00:10"), fact="device", value="Bob's phone", source="driver"),),
    )

    view = told(NoticeKind.CANCELLED, rejected(reason))

    assert view.title == "Cancelled"
    assert view.body.startswith("Bob deleted its schedule at 00:10. It was done on “Bob's phone”.")
    assert "That is why History says Rejected" in view.body


def test_no_card_is_named():
    reason = Rejection(code=Code.NOT_AUTHORIZED, params={"tag": "04A1B2C3D4E5F6"})

    view = told(NoticeKind.REJECTED, rejected(reason))

    assert view.body
    assert "04A1" not in str(view)


def test_a_short_charge_says_what_is_missing():
    short = session(
        status=Status.COMPLETED, ended_at=at("05:00"), shortfall={"code": "unplugged_early", "missing_wh": 5_000}
    )

    view = told(NoticeKind.ENDED_SHORT, short)

    assert view.title == "Charging ended short"
    assert view.body


def test_a_warning_says_what_stands_in_the_way_and_links_to_its_schedule():
    params = {
        "due_at": at("00:30").isoformat(),
        "before": at("05:15").isoformat(),
        "code": "car_unplugged",
        "variant": None,
        "params": {},
        "schedule_id": "s",
        "action": ["plug_in", "c"],
    }

    view = told(NoticeKind.WILL_NOT_START, params=params, charger_id="c")

    assert view.title == "A charge would fail"
    assert view.body.startswith("“Drive” would not charge at 00:30. ")
    assert view.body.endswith("There is time to put it right until 05:15.")
    assert (view.link, view.actions[0].target) == ("/v1/schedules/s", "c")


def of_kind(kind: NoticeKind, language: Language, name: str) -> NotificationView:
    """One as it may be, of a charger and by people that are called `name`."""
    since = {"since": at("00:10").isoformat()}
    warned = {
        "due_at": at("00:30").isoformat(),
        "before": at("05:15").isoformat(),
        "code": "car_unplugged",
        "params": {"since": {"instant": at("00:10").isoformat()}},
        "schedule_id": ID,
        "action": ["plug_in", ID],
    }
    done_with = (Evidence(at=at("00:10"), fact="device", value=name, source="driver"),)
    by_bob = {"who": "bob", "at": at("00:10")}
    unplugged = Rejection(code=Code.CAR_UNPLUGGED, params={"since": at("00:10")})
    cancelled = Rejection(code=Code.CANCELLED, variant="schedule_deleted", params=by_bob, evidence=done_with)
    charged = session(started_at=at("00:30"), ended_at=at("04:30"), energy_wh=12_300, cost=Decimal("1.849"))
    short = {"code": "unplugged_early", "missing_wh": 5_000}
    about, params = {
        NoticeKind.REJECTED: (rejected(unplugged, open_until=at("05:15")), {}),
        NoticeKind.CANCELLED: (rejected(cancelled), {}),
        NoticeKind.ENDED_SHORT: (dataclasses.replace(charged, status=Status.COMPLETED, shortfall=short), {}),
        NoticeKind.WILL_NOT_START: (None, warned),
        NoticeKind.CHARGER_CONNECTED: (None, {}),
        NoticeKind.CHARGER_OFFLINE: (None, since),
        NoticeKind.WEBHOOK_DISABLED: (None, {**since, "webhook_id": ID}),
    }.get(kind, (dataclasses.replace(charged, cost_currency="GBP"), {}))
    reader = Reader(language=language, zone=READER.zone, now=READER.now, people={"ada": name, "bob": name})
    return notification_text(notification(kind, params=params, charger_name=name), reader, session=about)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_kind_has_words_of_its_own_in_every_language(kind: NoticeKind, tag: str):
    view = of_kind(kind, LANGUAGES[tag], "Drive")
    english = of_kind(kind, ENGLISH, "Drive")

    assert view.title
    assert view.body
    assert "{" not in view.title + view.body
    assert (tag == "en") is ((view.title, view.body) == (english.title, english.body))
    assert view.actions == english.actions
    assert view.expires_at == at("06:00")


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_kind_is_less_than_two_kilobytes_in_every_language_whatever_stands_in_it(kind: NoticeKind, tag: str):
    view = of_kind(kind, LANGUAGES[tag], "ü" * 2_000)

    assert len(orjson.dumps(view, default=str)) < 2_048


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_even_where_nothing_else_is_known(kind: NoticeKind):
    view = told(kind, None, None)

    assert view.title
    assert "{" not in view.title + view.body
    assert view.link is None


@pytest.mark.parametrize("code", ["restricted_hours", "nothing_affordable"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_warning_says_what_would_happen_and_not_what_has(code: str, tag: str):
    params = {"due_at": at("00:30").isoformat(), "before": at("05:15").isoformat(), "code": code}
    reader = dataclasses.replace(READER, language=LANGUAGES[tag])

    warned = notification_text(notification(NoticeKind.WILL_NOT_START, params=params), reader, session=None)

    happened = reason_text(LANGUAGES[tag], Code(code), None).detail
    assert happened
    assert not any(sentence in warned.body for sentence in happened)


def test_a_charger_is_linked_where_there_is_no_session():
    assert told(NoticeKind.CHARGER_OFFLINE, charger_id="c", params={"since": at("00:10").isoformat()}).link == (
        "/v1/chargers/c"
    )


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_webhook_says_that_a_reset_switched_it_off(tag: str):
    params = {"reset_at": at("00:10").isoformat()}
    reader = dataclasses.replace(READER, language=LANGUAGES[tag])

    view = notification_text(notification(NoticeKind.WEBHOOK_DISABLED, params=params), reader, session=None)

    assert "00:10" in view.body
    assert view.body != of_kind(NoticeKind.WEBHOOK_DISABLED, LANGUAGES[tag], "Drive").body


def test_a_notification_is_less_than_two_kilobytes_whatever_stands_in_it():
    view = told(NoticeKind.FINISHED, session(ended_at=at("04:30"), energy_wh=1), charger="ü" * 2_000)

    assert len(orjson.dumps(view, default=str)) < 2_048
    assert view.body.endswith("…")


@pytest.mark.parametrize(
    ("text", "most", "cut"), [("one two", 7, "one two"), ("one two", 6, "one…"), ("üüüü", 6, "ü…")]
)
def test_a_long_text_is_cut_at_a_word(text: str, most: int, cut: str):
    assert shortened(text, most) == cut
    assert datetime(2026, 1, 1, tzinfo=UTC).year > BODY_BYTES


def test_whoever_has_read_it_sees_another_revision():
    view = told(NoticeKind.STARTED)

    assert view.revision != told(NoticeKind.STARTED, read_at=at("06:00")).revision
