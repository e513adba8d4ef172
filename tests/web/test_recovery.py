"""Forgotten passwords and addresses to confirm, over HTTP: nobody learns who has an account."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from homecharge.adapters.mail_memory import MemoryMailer
from homecharge.domain.texts import languages_of
from homecharge.engine.mails import Mails
from homecharge.observability.clock import ManualClock
from homecharge.storage import models
from homecharge.storage.database import Database

ADA = {"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}
NEW = "seven green bicycles"


class Post:
    """What people are mailed."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.mailer = MemoryMailer()
        self.mails = Mails(database, self.mailer, clock, languages=languages_of(), app_url="homecharge://app")

    async def token(self) -> str:
        """That of the link that was asked for last; mails go out all at once."""
        await self.mails.look()
        newest = max((mail for mail in self.mailer.sent if "#token=" in mail.text), key=lambda mail: mail.id)
        return newest.text.split("#token=")[1].split()[0]


@pytest.fixture
def post(client: FlaskClient, database: Database, clock: ManualClock) -> Post:
    client.post("/v1/auth/register", json=ADA)
    return Post(database, clock)


def sign_in(client: FlaskClient, email: str = ADA["email"], password: str = ADA["password"]) -> dict[str, str]:
    issued = client.post("/v1/auth/login", json={"email": email, "password": password}).get_json(force=True)
    return {"Authorization": f"Bearer {issued['access_token']}"}


async def test_signing_up_mails_a_link_that_confirms_the_address(client: FlaskClient, post: Post):
    ada = sign_in(client)
    before = client.get("/v1/me", headers=ada)

    answer = client.post("/v1/auth/email/verify", json={"token": await post.token()})

    after = client.get("/v1/me", headers={**ada, "If-None-Match": before.headers["ETag"]})
    assert answer.status_code == 204
    assert [each.get_json()["email_verified"] for each in (before, after)] == [False, True]


def test_the_answer_is_the_same_whether_there_is_an_account_or_not(client: FlaskClient, post: Post, database: Database):
    answers = [
        client.post("/v1/auth/password/forgot", json={"email": email}) for email in (ADA["email"], "no@example.org")
    ]

    with database.read() as db:
        asked = db.execute(select(models.Mail.kind, models.Mail.account_id).where(models.Mail.kind == "reset_password"))
        assert asked.all() == [("reset_password", None)] * 2
    assert [(answer.status_code, answer.data) for answer in answers] == [(202, b"")] * 2


async def test_a_bad_password_leaves_the_link_for_a_good_one(client: FlaskClient, post: Post):
    client.post("/v1/auth/password/forgot", json={"email": "Ada@example.org"})
    token = await post.token()

    bad = client.post("/v1/auth/password/reset", json={"token": token, "password": "ada@example.org"})
    good = client.post("/v1/auth/password/reset", json={"token": token, "password": NEW})
    again = client.post("/v1/auth/password/reset", json={"token": token, "password": NEW})

    codes = [answer.get_json(force=True)["code"] for answer in (bad, again)]
    assert ([bad.status_code, good.status_code, again.status_code], codes) == (
        [422, 204, 422],
        ["password_too_personal", "link_not_valid"],
    )
    assert client.get("/v1/me", headers=sign_in(client, password=NEW)).status_code == 200


async def test_another_address_needs_the_password_and_a_link(client: FlaskClient, post: Post):
    headers, wanted = sign_in(client), {"email": "ada@example.com", "password": ADA["password"]}

    wrong = client.post("/v1/auth/email/change", json={**wanted, "password": "wrong"}, headers=headers)
    asked = client.post("/v1/auth/email/change", json=wanted, headers=headers)
    confirmed = client.post("/v1/auth/email/verify", json={"token": await post.token()})

    assert [answer.status_code for answer in (wrong, asked, confirmed)] == [401, 202, 204]
    assert client.get("/v1/me", headers=headers).get_json()["email"] == "ada@example.com"


async def test_a_changed_password_ends_links_that_the_old_one_asked_for(client: FlaskClient, post: Post):
    to_confirm = await post.token()
    headers, theirs = sign_in(client), {"email": "eve@example.com", "password": ADA["password"]}
    client.post("/v1/auth/email/change", json=theirs, headers=headers)
    mailed = await post.token()
    client.post("/v1/auth/email/change", json=theirs, headers=headers)

    body = {"current_password": ADA["password"], "new_password": NEW}
    changed = client.post("/v1/auth/password/change", json=body, headers=headers)
    await post.mails.look()
    answers = [client.post("/v1/auth/email/verify", json={"token": token}) for token in (mailed, to_confirm)]

    told = post.mailer.sent[-1]
    assert [answer.status_code for answer in (changed, *answers)] == [204, 422, 204]
    assert (told.to, told.subject, len(post.mailer.sent)) == (ADA["email"], "Your password was changed", 3)
    assert client.get("/v1/me", headers=headers).get_json()["email"] == ADA["email"]


def test_a_mailbox_is_not_flooded(client: FlaskClient):
    answers = [client.post("/v1/auth/password/forgot", json={"email": "x@example.org"}).status_code for _ in range(6)]

    assert answers == [202] * 5 + [429]


def test_nobody_uses_up_the_mails_by_which_somebody_else_gets_back_in(client: FlaskClient, post: Post):
    client.post("/v1/auth/register", json=ADA | {"email": "eve@example.org", "name": "Eve"})
    eve, wanted = sign_in(client, "eve@example.org"), {"email": ADA["email"], "password": ADA["password"]}

    asked = [client.post("/v1/auth/email/change", json=wanted, headers=eve).status_code for _ in range(6)]
    forgotten = client.post("/v1/auth/password/forgot", json={"email": ADA["email"]})

    assert (asked, forgotten.status_code) == ([202] * 5 + [429], 202)


async def test_a_reset_switches_webhooks_off_and_says_so_and_a_change_leaves_them(client: FlaskClient, post: Post):
    ada = sign_in(client)
    for number in range(2):
        client.post("/v1/me/webhooks", json={"url": f"https://example.org/{number}"}, headers=ada)
    client.post(
        "/v1/auth/password/change", json={"current_password": ADA["password"], "new_password": NEW}, headers=ada
    )
    changed = client.get("/v1/me/webhooks", headers=ada).get_json()["items"]
    client.post("/v1/auth/password/forgot", json={"email": ADA["email"]})
    token = await post.token()
    client.post("/v1/auth/password/reset", json={"token": token, "password": "eight red bicycles"})

    ada = sign_in(client, password="eight red bicycles")
    after = client.get("/v1/me/webhooks", headers=ada).get_json()["items"]
    told = client.get("/v1/notifications", headers=ada).get_json()["items"]
    assert [each["disabled_at"] for each in changed] == [None, None]
    assert [each["disabled_at"] for each in after] == ["2026-11-20T11:05:00Z"] * 2
    assert [each["kind"] for each in told] == ["webhook_disabled"]
    assert "Your password was reset at 11:05." in told[0]["body"]
