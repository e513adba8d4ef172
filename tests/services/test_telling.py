"""Telling: whom, of what, once; by which ways and when; and what becomes of what does not get through."""

from datetime import datetime, time, timedelta

import orjson
import pytest
from sqlalchemy import delete, event, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.charger_state import OfflineCause
from homecharge.domain.deliveries import DISABLED_AFTER, KEPT_UP
from homecharge.domain.errors import Invalid
from homecharge.domain.notification_preferences import Channel, Preferences, QuietHours
from homecharge.domain.notification_targets import PersonalWebhook
from homecharge.domain.notifications import TOLD_FOR, Notice, NoticeKind, Urgency
from homecharge.domain.pages import Keyset
from homecharge.domain.rejections import Code, Rejection, stored
from homecharge.domain.session_state import Status
from homecharge.domain.texts import DEFAULT, languages_of
from homecharge.domain.timing import Timing
from homecharge.domain.wording_notifications import NotificationView
from homecharge.ports.charger_events import Line
from homecharge.ports.notifier import Hook, Mail
from homecharge.services import delivering, notification_settings, stopping, telling, tokens
from homecharge.services.accounts import forget_account, get_account
from homecharge.services.delivering import Ready
from homecharge.services.devices import sign_out_others
from homecharge.services.disabling_webhooks import disable_all
from homecharge.services.lines import line_closed, line_opened
from homecharge.services.notifications import list_inbox, read_up_to
from homecharge.services.outgoing import Ways
from homecharge.storage.database import Database
from homecharge.storage.models import Account, AppDevice, Charger, ChargingSession, Delivery, Member, NotificationRow
from homecharge.storage.queries.accounts import confirm_email
from homecharge.storage.queries.retention import purge
from homecharge.storage.queries.tokens import revoke_families
from homecharge.storage.types import new_id
from tests.charges import Charge
from tests.homes import ACCESS, NOW, join, log_in, make_charger, make_home, make_session, phone_of, sign_up

WAYS = Ways(languages=languages_of(), has_mail=True, push_url="https://push.example/1", push_secret="whsec_c2VjcmV0")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Town:
    """Ada with a home and a charger; Bob, who is a user there; and what they are told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as db:
            self.ada, self.bob = (log_in(db, sign_up(db, name)) for name in ("Ada", "Bob"))
            self.home = make_home(db, self.ada)
            self.charger = make_charger(db, self.ada, self.home)
            join(db, self.home, self.bob, MemberRole.USER)
        self.confirm(self.ada)

    def look(self, now: datetime = NOW) -> None:
        """What the engine does at each tick, without sending."""
        with self.database.write() as db:
            telling.tell_of_sessions(db, WAYS.channels, now=now)
            telling.tell_of_chargers(db, WAYS.channels, patience=HOUR, now=now)

    def inbox(self, caller: Caller, *, only_unread: bool = False) -> list[NotificationView]:
        with self.database.read() as db:
            return list_inbox(
                db, Keyset(limit=50), only_unread=only_unread, caller=caller, language=DEFAULT, now=NOW
            ).items

    def kinds(self, caller: Caller) -> list[str]:
        return [view.kind.value for view in self.inbox(caller)]

    def cancel(self, driver: Caller, *, by: Caller) -> str:
        with self.database.write() as db:
            session = make_session(db, self.charger, driver)
            return stopping.cancel_session(db, session.id, caller=by, now=NOW).id

    def confirm(self, *callers: Caller) -> None:
        with self.database.write() as db:
            for caller in callers:
                confirm_email(db, caller.account_id, now=NOW)

    def choose(self, caller: Caller, preferences: Preferences) -> None:
        with self.database.write() as db:
            before = notification_settings.get_preferences(db, channels=WAYS.channels, caller=caller, for_update=True)
            chosen = {"kinds": preferences.chosen, "quiet_hours": preferences.quiet_hours}
            notification_settings.put_preferences(db, before, **chosen, caller=caller, now=NOW)

    def webhook(self, caller: Caller) -> PersonalWebhook:
        url = "https://hooks.example/1"
        with self.database.write() as db:
            return notification_settings.add_webhook(db, url, allow_private=False, caller=caller, now=NOW)

    def phone(self, caller: Caller, push_token: str = "token") -> None:
        with self.database.write() as db:
            notification_settings.put_device(db, phone_of(caller, push_token), caller=caller)

    def phones(self, caller: Caller, now: datetime = NOW) -> list[str]:
        with self.database.read() as db:
            return [device.push_token for device in notification_settings.list_devices(db, caller=caller, now=now)]

    def due(self, now: datetime = NOW) -> list[Ready]:
        with self.database.write() as db:
            claimed = delivering.claim(db, now=now)
        with self.database.read() as db:
            prepared = delivering.prepare(db, claimed, WAYS, now=now)
        with self.database.write() as db:
            delivering.end(db, prepared.over, now=now)
        return list(prepared.ready)

    def queries_to_prepare(self) -> int:
        with self.database.write() as db:
            claimed = delivering.claim(db, now=NOW)
        asked: list[str] = []

        def count(_conn: object, _cursor: object, statement: str, *_: object) -> None:
            asked.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", count)
        with self.database.read() as db:
            delivering.prepare(db, claimed, WAYS, now=NOW)
        event.remove(self.database.engine, "before_cursor_execute", count)
        return len(asked)

    def fail(self, ready: Ready, *, is_final: bool = False, now: datetime = NOW) -> None:
        with self.database.write() as db:
            delivering.failed(db, ready, "HTTP 500", WAYS, is_final=is_final, now=now)

    def states(self, channel: Channel) -> list[str]:
        query = select(Delivery.state).where(Delivery.channel == channel).order_by(Delivery.id)
        with self.database.read() as db:
            return list(db.scalars(query))


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def test_a_driver_is_told_of_their_session_and_nobody_else(town: Town):
    session_id = town.cancel(town.bob, by=town.bob)
    town.look()
    town.look()

    assert [view.session_id for view in town.inbox(town.bob)] == [session_id]
    assert town.inbox(town.ada) == []


def test_whoever_reads_of_a_try_after_another_has_begun_has_nothing_to_do(town: Town):
    over = {"status": Status.REJECTED, "ended_at": NOW, "wake_at": None, "tell_at": NOW}
    reason = {"reason": "charger_refused", "rejection": stored((Rejection(code=Code.CHARGER_REFUSED),))}
    with town.database.write() as db:
        first = make_session(db, town.charger, town.ada, **over, **reason)
    town.look()
    alone = town.inbox(town.ada)[0]
    with town.database.write() as db:
        make_session(db, town.charger, town.ada, status=Status.CHARGING, recovers_session_id=first.id, attempt=2)

    followed = town.inbox(town.ada)[0]

    assert "tried again" not in alone.body
    assert followed.body.endswith("Nothing to do here: it was tried again.")


def test_a_session_without_a_driver_is_its_owners(town: Town):
    with town.database.write() as db:
        session = make_session(db, town.charger, None)
        stopping.cancel_session(db, session.id, caller=town.ada, now=NOW)
    town.look()

    assert town.kinds(town.ada) == ["cancelled"]


def test_whoever_has_left_is_told_nothing(town: Town):
    town.cancel(town.bob, by=town.ada)
    with town.database.write() as db:
        db.execute(delete(Member).where(Member.account_id == town.bob.account_id))
    town.look()

    assert town.inbox(town.bob) == []


def test_an_inbox_says_what_a_charger_was_called_when_it_was_told(town: Town):
    with town.database.write() as db:
        make_session(db, town.charger, town.bob, status=Status.CHARGING, started_at=NOW, tell_at=NOW)
    town.look()
    with town.database.write() as db:
        db.execute(delete(Member).where(Member.account_id == town.bob.account_id))
        db.execute(update(Charger).values(name="A name for the family alone"))

    [view] = town.inbox(town.bob)
    assert view.body == "“Drive” began to charge at 11:05."


def test_a_home_that_is_forgotten_leaves_no_name_of_its_charger_in_the_inboxes_of_others(town: Town):
    with town.database.write() as db:
        make_session(db, town.charger, town.bob, status=Status.CHARGING, started_at=NOW, tell_at=NOW)
    town.look()
    with town.database.write() as db:
        db.execute(delete(Member).where(Member.account_id == town.bob.account_id))
        db.execute(update(Charger).values(deleted_at=NOW))
        forget_account(db, get_account(db, town.ada.account_id, for_update=True), now=NOW)

    [view] = town.inbox(town.bob)
    assert view.body == "It began to charge at 11:05."


def test_what_still_waits_for_whoever_has_left_goes_nowhere(town: Town):
    town.webhook(town.bob)
    town.cancel(town.bob, by=town.ada)
    town.look()
    with town.database.write() as db:
        db.execute(delete(Member).where(Member.account_id == town.bob.account_id))

    assert town.due() == []
    assert town.states(Channel.WEBHOOK) == ["nowhere"]


def test_a_cancelled_charge_explains_itself(town: Town):
    town.cancel(town.bob, by=town.ada)
    town.look()

    [view] = town.inbox(town.bob)
    assert view.title == "Cancelled"
    assert "Ada cancelled this charge at 11:05." in view.body
    assert "“Ada's phone”" in view.body
    assert "That is why History says Rejected" in view.body


def test_a_charge_is_told_when_it_begins_and_when_it_ends(town: Town):
    with town.database.write() as db:
        charge = Charge(db, town.ada, town.home, start=NOW)
    town.look(NOW + MINUTE)
    with town.database.write() as db:
        charge.db = db
        charge.stop(NOW + 5 * MINUTE, 500)
    town.look(NOW + 5 * MINUTE)

    assert town.kinds(town.ada)[:2] == ["finished", "started"]


def test_a_charger_is_told_of_once_when_it_comes_and_when_it_has_been_gone_for_an_hour(town: Town):
    line = Line(new_id(), town.charger.id, town.charger.identity, "ocpp1.6")
    with town.database.write() as db:
        line_opened(db, line, gateway_id=new_id(), timing=Timing(), now=NOW)
    town.look()
    with town.database.write() as db:
        line_closed(db, line, heard_at=NOW, cause=OfflineCause.LINE, now=NOW)
    town.look()
    town.look(NOW + 59 * MINUTE)
    before = town.kinds(town.ada)
    town.look(NOW + HOUR)
    town.look(NOW + 2 * HOUR)

    assert before == ["charger_connected"]
    assert town.kinds(town.ada) == ["charger_offline", "charger_connected"]
    assert town.kinds(town.bob) == []


def test_a_charger_that_comes_back_in_time_is_not_told_of(town: Town):
    line = Line(new_id(), town.charger.id, town.charger.identity, "ocpp1.6")
    with town.database.write() as db:
        line_opened(db, line, gateway_id=new_id(), timing=Timing(), now=NOW)
        line_closed(db, line, heard_at=NOW, cause=OfflineCause.LINE, now=NOW)
    town.look()
    with town.database.write() as db:
        line_opened(db, line, gateway_id=new_id(), timing=Timing(), now=NOW + 30 * MINUTE)
    town.look(NOW + 2 * HOUR)

    assert town.kinds(town.ada) == ["charger_connected"]


def test_what_is_read_is_read_up_to_there(town: Town):
    for _ in range(3):
        town.cancel(town.ada, by=town.ada)
        town.look()
    newest, middle, _ = town.inbox(town.ada)
    with town.database.write() as db:
        read_up_to(db, middle.id, caller=town.ada, now=NOW)

    assert [view.id for view in town.inbox(town.ada, only_unread=True)] == [newest.id]
    with pytest.raises(Invalid), town.database.write() as db:
        read_up_to(db, middle.id, caller=town.bob, now=NOW)


def test_an_inbox_is_shown_without_what_only_a_newer_release_has_words_for(town: Town):
    for _ in range(2):
        town.cancel(town.ada, by=town.ada)
        town.look()
    newest, oldest = town.inbox(town.ada)
    with town.database.write() as db:
        db.execute(update(NotificationRow).where(NotificationRow.id == newest.id).values(kind="from_the_future"))

    assert [view.id for view in town.inbox(town.ada)] == [oldest.id]


def test_what_goes_out_is_read_for_a_whole_batch_at_once(town: Town):
    town.webhook(town.ada)
    for _ in range(2):
        town.cancel(town.ada, by=town.ada)
    town.look()
    few = town.queries_to_prepare()
    assert few > 0
    for _ in range(20):
        town.cancel(town.ada, by=town.ada)
    town.look()

    assert town.queries_to_prepare() == few


def test_each_way_has_its_form(town: Town):
    town.webhook(town.ada)
    town.phone(town.ada)
    town.choose(town.ada, Preferences(chosen={NoticeKind.CANCELLED: {Channel.EMAIL: True}}))
    town.cancel(town.ada, by=town.ada)
    town.look()

    messages = {ready.due.channel: ready.message for ready in town.due()}

    mail, push, hook = (messages[channel] for channel in (Channel.EMAIL, Channel.PUSH, Channel.WEBHOOK))
    assert isinstance(mail, Mail)
    assert (mail.to, mail.subject) == ("ada@example.org", "Cancelled")
    assert isinstance(push, Hook)
    assert isinstance(hook, Hook)
    document = orjson.loads(push.body)
    assert document["type"] == "notification.cancelled"
    assert document["devices"][0]["push_token"] == "token"
    assert "devices" not in orjson.loads(hook.body)
    assert len(orjson.dumps(document["data"])) < 2_048


def test_an_address_is_mailed_to_once_its_owner_has_confirmed_it_and_not_what_was_told_before(town: Town):
    town.choose(town.bob, Preferences(chosen={NoticeKind.CANCELLED: {Channel.EMAIL: True}}))
    town.cancel(town.bob, by=town.ada)
    town.look()
    before = town.states(Channel.EMAIL)
    town.confirm(town.bob)
    second = town.cancel(town.bob, by=town.ada)
    town.look()

    [mailed] = [ready.message for ready in town.due() if ready.due.channel is Channel.EMAIL]

    assert before == []
    assert isinstance(mailed, Mail)
    assert mailed.to == "bob@example.org"
    assert next(view.session_id for view in town.inbox(town.bob)) == second


def test_a_mail_that_waits_for_an_address_nobody_has_confirmed_goes_nowhere(town: Town):
    town.choose(town.ada, Preferences(chosen={NoticeKind.CANCELLED: {Channel.EMAIL: True}}))
    town.cancel(town.ada, by=town.ada)
    town.look()
    with town.database.write() as db:  # as before notifications asked for a confirmed address
        db.execute(update(Account).where(Account.id == town.ada.account_id).values(email_verified_at=None))

    assert town.due() == []
    assert town.states(Channel.EMAIL) == ["nowhere"]


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(town: Town):
    town.webhook(town.ada)
    town.cancel(town.ada, by=town.ada)
    town.look()

    [first] = town.due()
    meanwhile = town.due()
    [again] = town.due(NOW + delivering.LEASE)
    with town.database.write() as db:
        delivering.delivered(db, first.due, b"", now=NOW)  # whoever was slow has lost it
        delivering.delivered(db, again.due, b"", now=NOW)

    assert meanwhile == []
    assert again.message == first.message
    assert town.states(Channel.WEBHOOK) == ["delivered"]


def test_what_fails_is_tried_again_until_it_is_too_late(town: Town):
    town.webhook(town.ada)
    town.cancel(town.ada, by=town.ada)
    town.look()
    [first] = town.due()
    town.fail(first)

    soon = town.due(NOW + timedelta(seconds=4))
    [second] = town.due(NOW + timedelta(seconds=5))
    town.fail(second, now=NOW + KEPT_UP - timedelta(seconds=20))

    assert soon == []
    assert town.states(Channel.WEBHOOK) == ["failed"]


def test_a_webhook_that_fails_for_days_is_switched_off_and_its_owner_told(town: Town):
    town.webhook(town.ada)
    later = NOW + DISABLED_AFTER
    for now in (NOW, later):
        with town.database.write() as db:
            session = make_session(db, town.charger, town.ada)
            stopping.cancel_session(db, session.id, caller=town.ada, now=now)
        town.look(now)
        [ready] = town.due(now)
        town.fail(ready, now=now)

    with town.database.read() as db:
        [webhook] = notification_settings.list_webhooks(db, caller=town.ada)
    assert (webhook.failing_since, webhook.disabled_at) == (NOW, later)
    assert town.kinds(town.ada)[0] == "webhook_disabled"
    town.cancel(town.ada, by=town.ada)
    town.look()
    assert [ready.due.channel for ready in town.due(later + HOUR)] == [Channel.EMAIL]  # of the webhook's end


def test_what_is_about_no_home_tells_its_time_by_the_clock_of_its_readers_first_home(town: Town):
    with town.database.write() as db:
        cleo = sign_up(db, "Cleo")
        make_home(db, cleo, time_zone="Europe/Berlin", country="DE", currency="EUR")
    town.webhook(cleo)
    with town.database.write() as db:
        disable_all(db, cleo.account_id, WAYS.channels, now=NOW)

    [view] = town.inbox(cleo)
    assert "Your password was reset at 12:05." in view.body


def test_a_webhook_that_is_gone_for_good_is_switched_off_at_once(town: Town):
    town.webhook(town.ada)
    town.cancel(town.ada, by=town.ada)
    town.look()
    [ready] = town.due()
    town.fail(ready, is_final=True)

    assert "webhook_disabled" in town.kinds(town.ada)
    assert town.states(Channel.WEBHOOK) == ["failed"]


def test_quiet_hours_hold_back_and_the_newest_of_a_kind_takes_the_place_of_those_before(town: Town):
    town.phone(town.bob)
    quiet = QuietHours(time(11), time(12), "Europe/London")
    town.choose(town.bob, Preferences(quiet_hours=quiet))
    town.cancel(town.bob, by=town.ada)
    town.look()
    with town.database.write() as db:
        [row] = db.execute(select(NotificationRow)).all()
        telling.tell(
            db,
            [(town.bob.account_id, _same_key(row.collapse_key))],
            WAYS.channels,
            now=NOW,
        )

    now = town.due()
    later = town.due(NOW + HOUR)

    assert now == []
    assert [ready.due.channel for ready in later] == [Channel.PUSH]
    assert town.states(Channel.PUSH) == ["replaced", "pending"]


def test_another_try_waits_for_the_end_of_quiet_hours_too(town: Town):
    town.phone(town.bob)
    town.choose(town.bob, Preferences(quiet_hours=QuietHours(time(11, 5, 4), time(12), "Europe/London")))
    town.cancel(town.bob, by=town.ada)
    town.look()
    [first] = town.due()
    town.fail(first)

    held = town.due(NOW + 54 * MINUTE)
    [second] = town.due(NOW + 55 * MINUTE)

    assert held == []
    assert second.due.id == first.due.id


def test_of_what_is_told_at_once_the_newest_takes_the_place_of_those_before_too(town: Town):
    town.phone(town.bob)
    town.webhook(town.bob)
    notices = [(town.bob.account_id, _same_key("occurrence:1", about=about)) for about in ("first", "second")]
    with town.database.write() as db:
        telling.tell(db, notices, WAYS.channels, now=NOW)

    due = town.due()

    with town.database.read() as db:
        second = db.scalar(select(NotificationRow.id).where(NotificationRow.about == "second"))
    assert [each.due.notification_id for each in due if each.due.channel is Channel.PUSH] == [second]
    assert len([each for each in due if each.due.channel is Channel.WEBHOOK]) == 2


def _same_key(collapse_key: str, *, about: str = "another") -> Notice:
    return Notice(
        kind=NoticeKind.STARTED,
        about=about,
        at=NOW,
        expires_at=NOW + TOLD_FOR,
        collapse_key=collapse_key,
        urgency=Urgency.LOW,
    )


def test_what_is_no_news_any_more_disturbs_nobody(town: Town):
    town.phone(town.ada)
    town.cancel(town.ada, by=town.ada)
    town.look()

    assert town.due(NOW + TOLD_FOR) == []
    assert town.states(Channel.PUSH) == ["expired"]


def test_without_a_phone_there_is_nowhere_to_push(town: Town):
    town.cancel(town.ada, by=town.ada)
    town.look()

    assert town.due() == []
    assert town.states(Channel.PUSH) == ["nowhere"]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (b'{"gone": ["token", "of somebody else"]}', []),
        (b'{"gone": []}', ["token"]),
        (b'{"gone": "token"}', ["token"]),
        (b'{"gone": [null, 1, {}]}', ["token"]),
        (b'["token"]', ["token"]),
        (b"", ["token"]),
        (b"[" * 60_000, ["token"]),
    ],
)
def test_a_phone_that_a_push_did_not_find_is_told_no_more(town: Town, answer: bytes, left: list[str]):
    town.phone(town.ada)
    town.cancel(town.ada, by=town.ada)
    town.look()
    [pushed] = town.due()
    with town.database.write() as db:
        delivering.delivered(db, pushed.due, answer, now=NOW)

    assert town.phones(town.ada) == left


def test_a_phone_that_has_another_token_by_now_is_kept(town: Town):
    town.phone(town.ada)
    town.cancel(town.ada, by=town.ada)
    town.look()
    [pushed] = town.due()
    town.phone(town.ada, "newer")
    with town.database.write() as db:
        delivering.delivered(db, pushed.due, b'{"gone": ["token"]}', now=NOW)

    assert town.phones(town.ada) == ["newer"]


def pushes(town: Town, now: datetime = NOW) -> int:
    """To how many phones Ada is pushed what is told now."""
    with town.database.write() as db:
        telling.tell(db, [(town.ada.account_id, _same_key("any", about=f"told {now}"))], WAYS.channels, now=now)
    pushed = [ready.message for ready in town.due(now) if ready.due.channel is Channel.PUSH]
    return sum(len(orjson.loads(message.body)["devices"]) for message in pushed if isinstance(message, Hook))


@pytest.mark.parametrize("end", ["signed out", "all signed out", "reused", "reset", "expired"])
def test_a_phone_is_pushed_to_until_its_log_in_ends(town: Town, end: str):
    with town.database.write() as db:
        issued = tokens.log_in(db, town.ada.account_id, device="phone", access=ACCESS, now=NOW)
        phone = tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW)
    town.phone(phone)
    before = pushes(town)
    later = NOW + tokens.REFRESH_LIFETIME if end == "expired" else NOW + HOUR
    with town.database.write() as db:
        if end == "signed out":
            tokens.log_out(db, phone, now=later)
        elif end == "all signed out":
            sign_out_others(db, caller=town.ada, now=later)
        elif end == "reused":
            second = tokens.rotate(db, issued.refresh_token, access=ACCESS, now=NOW)
            assert isinstance(second, tokens.Tokens)
            tokens.rotate(db, second.refresh_token, access=ACCESS, now=NOW)
            tokens.rotate(db, issued.refresh_token, access=ACCESS, now=later)
        elif end == "reset":
            revoke_families(db, town.ada.account_id, save=None, now=later)

    assert before == 1
    assert (pushes(town, later), town.phones(town.ada, later)) == (0, [])


def test_a_phone_that_is_put_again_goes_with_the_newer_log_in(town: Town):
    with town.database.write() as db:
        newer = log_in(db, town.ada)
    town.phone(town.ada)
    town.phone(newer)
    with town.database.write() as db:
        tokens.log_out(db, town.ada, now=NOW)
    still = pushes(town)
    with town.database.write() as db:
        tokens.log_out(db, newer, now=NOW)

    assert (still, town.phones(town.ada)) == (1, [])


@pytest.mark.parametrize("ended_by", ["their owner", "a password that is reset"])
def test_a_phone_of_which_nobody_knows_the_log_in_is_kept_until_it_is_put_again_or_all_are_ended(
    town: Town, ended_by: str
):
    """As those are that were put before log-ins were kept with them."""
    town.phone(town.ada)
    with town.database.write() as db:
        db.execute(update(AppDevice).values(family_id=None))
        tokens.log_out(db, log_in(db, town.ada), now=NOW)
    kept = pushes(town)
    with town.database.write() as db:
        if ended_by == "their owner":
            sign_out_others(db, caller=town.ada, now=NOW)
        else:
            revoke_families(db, town.ada.account_id, save=None, now=NOW)

    assert (kept, town.phones(town.ada)) == (1, [])


def test_a_phone_belongs_to_whoever_signed_in_last(town: Town):
    town.phone(town.ada)
    town.phone(town.bob)
    town.cancel(town.ada, by=town.ada)
    town.look()

    assert town.due() == []


def test_an_account_takes_its_notifications_with_it(town: Town):
    town.webhook(town.bob)
    town.phone(town.bob)
    town.choose(town.bob, Preferences(quiet_hours=QuietHours(time(1), time(2), "UTC")))
    town.cancel(town.bob, by=town.bob)
    town.look()
    with town.database.write() as db:
        forget_account(db, get_account(db, town.bob.account_id, for_update=True), now=NOW)

    with town.database.read() as db:
        assert db.execute(select(NotificationRow)).all() == []
        assert db.execute(select(Delivery)).all() == []


def test_what_is_forgotten_on_its_way_holds_up_no_other(town: Town):
    for reader in (town.ada, town.bob):
        town.webhook(reader)
        town.cancel(reader, by=reader)
    town.look()
    with town.database.write() as db:
        claimed = delivering.claim(db, now=NOW)
        forget_account(db, get_account(db, town.bob.account_id, for_update=True), now=NOW)

    with town.database.read() as db:
        prepared = delivering.prepare(db, claimed, WAYS, now=NOW)
    assert {ready.due.account_id for ready in prepared.ready} == {town.ada.account_id}
    assert {due.account_id for due, _ in prepared.over} <= {town.ada.account_id}


def test_the_inbox_is_kept_for_a_while(town: Town):
    town.cancel(town.ada, by=town.ada)
    town.look()
    with town.database.write() as db:
        kept, gone = (purge(db, "notifications", now=NOW + timedelta(days=days)) for days in (89, 90))

    assert (kept, gone) == (0, 1)


def test_a_move_back_and_forth_is_told_once(town: Town):
    with town.database.write() as db:
        session = make_session(db, town.charger, town.ada, status=Status.CHARGING, started_at=NOW, tell_at=NOW)
    town.look()
    with town.database.write() as db:
        db.execute(update(ChargingSession).where(ChargingSession.id == session.id).values(tell_at=NOW + MINUTE))
    town.look(NOW + MINUTE)

    assert town.kinds(town.ada) == ["started"]
