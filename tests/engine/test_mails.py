"""Mails are sent once they are asked for, again until somebody takes them, and their links work once."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import func, select, update

from homecharge.adapters.catalogues import load_languages
from homecharge.adapters.mail_memory import MemoryMailer
from homecharge.domain.accounts import Account
from homecharge.domain.notification_preferences import Channel
from homecharge.engine.mails import Mails
from homecharge.observability.clock import ManualClock
from homecharge.ports.notifier import Mail, Mailer, NotDelivered
from homecharge.services import accounts, recovering, tokens
from homecharge.services.access_tokens import AccessTokens, TokenRevoked
from homecharge.services.accounts import EmailTaken
from homecharge.services.mails import LinkNotValid
from homecharge.storage import models
from homecharge.storage.database import Database
from homecharge.storage.queries.retention import purge
from tests.homes import NOW

ACCESS = AccessTokens("a key of at least thirty-two characters")
ADA = "ada@example.org"


class Scene:
    """Ada, who has an account, and the mails that reach people."""

    def __init__(self, database_url: str) -> None:
        self.database, self.clock, self.mailer = Database(database_url), ManualClock(NOW), MemoryMailer()
        self.mails = self.sender(self.mailer)
        self.ada = self.sign_up(ADA)

    def sender(self, mailer: Mailer | None) -> Mails:
        return Mails(self.database, mailer, self.clock, languages=load_languages(), app_url="homecharge://app")

    def sign_up(self, email: str) -> Account:
        with self.database.write() as db:
            return accounts.register(db, email=email, password_hash="old", name="Ada", now=NOW)

    def forget(self, email: str = ADA) -> None:
        with self.database.write() as db:
            recovering.ask_for_reset(db, email, now=self.clock.now())

    def reset(self, token: str) -> None:
        with self.database.write() as db:
            now = self.clock.now()
            recovering.reset_password(db, token, password_hash="new", channels=frozenset({Channel.WEBHOOK}), now=now)

    def ask_to_confirm(self, email: str) -> None:
        with self.database.write() as db:
            recovering.ask_to_confirm(db, self.ada, email, now=self.clock.now())

    def confirm(self, token: str) -> None:
        with self.database.write() as db:
            recovering.confirm_email(db, token, now=self.clock.now())

    def account(self) -> Account:
        with self.database.read() as db:
            return accounts.get_account(db, self.ada.id)

    def waiting(self) -> int:
        with self.database.read() as db:
            return db.scalar(select(func.count()).select_from(models.Mail)) or 0

    async def token(self) -> str:
        """That of the newest mail with one; what is due with it may be sent before or after."""
        await self.mails.look()
        return re.findall(r"#token=(\S+)", "".join(mail.text for mail in self.mailer.sent))[-1]


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    scene = Scene(database_url)
    yield scene
    scene.database.close()


async def test_a_forgotten_password_is_replaced_and_everybody_signed_out(scene: Scene):
    with scene.database.write() as db:
        issued = tokens.log_in(db, scene.ada.id, device="phone", access=ACCESS, now=NOW)
    scene.forget()

    scene.reset(await scene.token())
    await scene.mails.look()

    with scene.database.read() as db:
        known = accounts.get_credentials(db, ADA)
        with pytest.raises(TokenRevoked):
            tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW)
    assert (known.password_hash, scene.account().is_email_verified) == ("new", True)
    assert [mail.subject for mail in scene.mailer.sent] == ["Choose a new password", "Your password was changed"]
    assert scene.waiting() == 0


async def test_a_link_works_once_and_not_after_half_an_hour(scene: Scene):
    scene.forget()
    used = await scene.token()
    scene.reset(used)
    scene.forget()
    late = await scene.token()
    scene.clock.advance(timedelta(minutes=30))

    for token in (used, late, "made up"):
        with pytest.raises(LinkNotValid):
            scene.reset(token)


async def test_a_newer_link_replaces_the_one_before(scene: Scene):
    scene.forget()
    first = await scene.token()
    scene.forget()
    second = await scene.token()

    with pytest.raises(LinkNotValid):
        scene.reset(first)
    scene.reset(second)


async def test_nobody_is_mailed_who_has_no_account(scene: Scene):
    scene.forget("nobody@example.org")

    await scene.mails.look()

    assert (scene.mailer.sent, scene.waiting()) == ([], 0)


async def test_a_token_is_kept_as_its_digest(scene: Scene):
    scene.forget()
    token = await scene.token()

    with scene.database.read() as db:
        kept = db.execute(select(models.AccountLink)).one()

    assert token not in str(kept)


async def test_a_mail_comes_again_until_it_is_taken(scene: Scene):
    scene.mailer.failure = NotDelivered("away")
    scene.forget()
    await scene.mails.look()
    scene.mailer.failure = None

    await scene.mails.look()
    too_soon = len(scene.mailer.sent)
    scene.clock.advance(timedelta(minutes=2))
    await scene.mails.look()

    assert (too_soon, len(scene.mailer.sent), scene.waiting()) == (0, 1, 0)


class LosingMailer:
    """Takes every mail, and the answer that says so is lost."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []

    async def send(self, mail: Mail, *, now: datetime) -> None:  # noqa: ARG002 - its port gives it
        self.taken.append(mail)
        raise NotDelivered("TimeoutError")


async def test_a_mail_with_another_link_is_no_repeat_and_one_without_is(scene: Scene):
    mailer = LosingMailer()
    mails = scene.sender(mailer)
    scene.forget()
    scene.reset(await scene.token())  # which is told by a mail without a link
    scene.forget()
    for _ in range(2):
        await mails.look()
        scene.clock.advance(timedelta(minutes=2))

    tries: dict[str, list[str]] = {}
    for mail in mailer.taken:
        tries.setdefault(mail.subject, []).append(mail.id)
    (first, second), (told, again) = tries["Choose a new password"], tries["Your password was changed"]
    assert first != second
    assert told == again


async def test_a_mail_that_nobody_takes_is_given_up(scene: Scene):
    scene.mailer.failure = NotDelivered("away")
    scene.forget()

    for _ in range(6):
        await scene.mails.look()
        scene.clock.advance(timedelta(hours=4))

    assert scene.waiting() == 0


async def test_a_mail_that_is_refused_for_good_does_not_come_again(scene: Scene):
    scene.mailer.failure = NotDelivered("no such mailbox", is_final=True)
    scene.forget()

    await scene.mails.look()

    assert scene.waiting() == 0


async def test_without_a_server_the_log_says_so_once_and_not_the_link(scene: Scene):
    mails = scene.sender(None)
    scene.forget()

    with structlog.testing.capture_logs() as logged:
        await mails.look()
        await mails.look()

    [said] = [event for event in logged if event["event"].startswith("mail.")]
    assert (said["event"], said["why"]) == ("mail.not_sent", "HOMECHARGE_SMTP_URL is not set")
    assert (set(said), scene.waiting()) == ({"event", "log_level", "mail_id", "kind", "why"}, 0)


async def test_a_mail_is_in_the_language_of_the_account(scene: Scene):
    with scene.database.write() as db:
        accounts.change_account(db, scene.ada, locale="de-AT", now=NOW)
    scene.forget()

    await scene.token()

    [mail] = scene.mailer.sent
    assert (mail.language, mail.subject) == ("de", "Neues Passwort wählen")


async def test_another_address_counts_once_it_is_confirmed_and_the_old_one_is_told(scene: Scene):
    scene.ask_to_confirm("ada@example.com")
    token = await scene.token()
    before = scene.account().email

    scene.confirm(token)
    await scene.mails.look()

    assert (before, scene.account().email, scene.account().is_email_verified) == (ADA, "ada@example.com", True)
    assert [(mail.subject, mail.to) for mail in scene.mailer.sent] == [
        ("Confirm your new e-mail address", "ada@example.com"),
        ("Your e-mail address was changed", ADA),
    ]


async def test_an_address_of_somebody_else_is_not_mailed(scene: Scene):
    scene.sign_up("bob@example.org")
    scene.ask_to_confirm("bob@example.org")

    await scene.mails.look()

    assert (scene.mailer.sent, scene.waiting()) == ([], 0)


async def test_of_two_who_want_an_address_the_first_has_it(scene: Scene):
    scene.ask_to_confirm("new@example.org")
    token = await scene.token()
    scene.sign_up("new@example.org")

    with pytest.raises(EmailTaken):
        scene.confirm(token)

    assert scene.account().email == ADA


async def test_an_address_is_confirmed_by_its_own_kind_of_link(scene: Scene):
    scene.ask_to_confirm(ADA)
    confirming = await scene.token()
    scene.forget()
    resetting = await scene.token()

    with pytest.raises(LinkNotValid):
        scene.reset(confirming)
    with pytest.raises(LinkNotValid):
        scene.confirm(resetting)
    scene.confirm(confirming)

    assert scene.account().is_email_verified


async def test_a_link_to_an_address_that_is_no_longer_theirs_does_nothing(scene: Scene):
    scene.ask_to_confirm(ADA)
    old = await scene.token()
    scene.ask_to_confirm("ada@example.com")
    scene.confirm(await scene.token())

    with pytest.raises(LinkNotValid):
        scene.confirm(old)


async def test_who_is_gone_leaves_no_mails_and_no_links(scene: Scene):
    scene.forget()
    token = await scene.token()
    scene.forget()
    with scene.database.write() as db:
        accounts.forget_account(db, scene.account(), now=NOW)

    with pytest.raises(LinkNotValid):
        scene.reset(token)
    assert scene.waiting() == 0


async def test_links_that_have_expired_are_deleted(scene: Scene):
    scene.forget()
    await scene.token()

    with scene.database.write() as db:
        purged = [purge(db, "account_links", now=NOW + timedelta(minutes=minutes)) for minutes in (29, 30)]

    assert purged == [0, 1]


async def test_a_mail_that_only_a_newer_release_can_write_holds_up_no_other(scene: Scene):
    scene.forget()
    scene.ask_to_confirm(ADA)
    with scene.database.write() as db:
        db.execute(update(models.Mail).where(models.Mail.kind == "reset_password").values(kind="from_the_future"))
    await scene.mails.look()

    assert [mail.subject for mail in scene.mailer.sent] == ["Confirm your e-mail address"]
    assert scene.waiting() == 1


async def test_a_mailer_that_breaks_over_one_mail_sends_the_others(scene: Scene):
    scene.forget()
    scene.ask_to_confirm("new@example.org")
    mailer = Fussy(scene.mailer, not_to="new@example.org")

    await scene.sender(mailer).look()

    assert [mail.to for mail in scene.mailer.sent] == [ADA]
    assert scene.waiting() == 1


class Fussy:
    """A mailer with a defect: it breaks over one address, in a way that nobody foresaw."""

    def __init__(self, mailer: Mailer, *, not_to: str) -> None:
        self._mailer, self._not_to = mailer, not_to

    async def send(self, mail: Mail, *, now: datetime) -> None:
        if mail.to == self._not_to:
            raise UnicodeError
        await self._mailer.send(mail, now=now)
