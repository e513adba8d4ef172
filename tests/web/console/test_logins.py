"""Signing in to the console: cookies that nothing reads, forms that no other site can send."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from homecharge.domain.accounts import Role
from homecharge.domain.texts import ENGLISH
from homecharge.observability.clock import ManualClock
from homecharge.settings import Settings
from homecharge.storage.database import Database
from homecharge.storage.models import Account as AccountRow
from homecharge.storage.models import AuditRow
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.web.console.conftest import ORIGIN, PASSWORD, Browser

Account = Callable[[Role], str]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.OPERATOR])
def test_staff_sign_in_and_go_on_to_where_they_wanted(browser: Browser, account: Account, role: Role):
    sent_away = browser.get("/drivers/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d", tab="1")
    answer = browser.log_in(account(role), next="/support?q=x")

    assert sent_away.status_code == 303
    assert sent_away.location.endswith(
        "/support/login?next=%2Fsupport%2Fdrivers%2F019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d%3Ftab%3D1"
    )
    assert (answer.status_code, answer.location) == (303, "/support?q=x")
    assert f"Sam, {ENGLISH.name_of(role)}" in browser.get("").text


def test_the_cookies_are_for_these_pages_alone_and_for_no_script(browser: Browser, account: Account):
    answer = browser.log_in(account(Role.SUPPORT))

    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Strict", "Path=/support"} <= set(cookie.split("; "))


def test_in_production_the_cookies_are_for_tls_only(context: WebContext, account: Account):
    settings = Settings(database_url="postgresql://db/homecharge")
    fields = {name: getattr(context, name) for name in WebContext.__slots__}
    browser = Browser(create_app(WebContext(**fields | {"settings": settings})).test_client())

    cookies = browser.post("/login", email=account(Role.SUPPORT), password=PASSWORD).headers.getlist("Set-Cookie")
    signed_in = browser.client.get("/support", base_url="https://localhost")
    browser.client.set_cookie("homecharge_console", "a neighbour's", path="/support", secure=True)

    assert [cookie.partition("=")[0] for cookie in cookies] == [
        "__Host-homecharge_console",
        "__Host-homecharge_console_refresh",
    ]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert signed_in.status_code == 200
    assert browser.client.get("/support", base_url="https://localhost").status_code == 200


def test_a_log_in_is_over_after_an_hour_without_a_look_whatever_the_browser_keeps(agent: Browser, clock: ManualClock):
    clock.advance(timedelta(minutes=59))
    within = agent.get("").status_code
    kept = agent.client.get_cookie("homecharge_console_refresh", path="/support")
    clock.advance(timedelta(hours=1, seconds=1))
    assert kept is not None
    agent.client.set_cookie("homecharge_console_refresh", kept.value, path="/support")

    assert (within, agent.get("").status_code) == (200, 303)


def test_a_log_in_is_over_after_half_a_day_however_much_is_looked_at(agent: Browser, clock: ManualClock):
    statuses = []
    for _ in range(12 * 6):
        statuses.append(agent.get("").status_code)
        clock.advance(timedelta(minutes=10))

    assert set(statuses) == {200}
    assert agent.get("").status_code == 303


def test_the_audit_log_tells_who_signed_in_failed_to_and_signed_out(
    browser: Browser, account: Account, database: Database
):
    email = account(Role.OPERATOR)
    browser.log_in(account(Role.DRIVER), "wrong")
    browser.log_in("nobody@example.org", "wrong")

    browser.log_in(email, "wrong")
    browser.client.post("/v1/auth/login", json={"email": email, "password": "wrong", "device": "Laptop"})
    browser.log_in(email)
    browser.get("")
    browser.post("/logout")

    with database.read() as db:
        agent_id = db.scalar(select(AccountRow.id).where(AccountRow.email == email))
        columns = (AuditRow.action, AuditRow.actor_id, AuditRow.target_id, AuditRow.detail)
        rows = list(db.execute(select(*columns).where(AuditRow.action != "support.looked_at").order_by(AuditRow.id)))
    noted = [(row.action, row.actor_id, row.detail["device"]) for row in rows]
    assert {row.target_id for row in rows} == {agent_id}
    assert noted == [
        ("agent.log_in_failed", None, "Support console"),
        ("agent.log_in_failed", None, "Laptop"),
        ("agent.logged_in", agent_id, "Support console"),
        ("agent.logged_out", agent_id, "Support console"),
    ]


def test_a_log_in_never_takes_over_what_a_browser_brings_along(app: Flask, browser: Browser, account: Account):
    attacker, victim = Browser(app.test_client()), browser
    attacker.log_in(account(Role.SUPPORT))
    planted = attacker.client.get_cookie("homecharge_console", path="/support")
    assert planted is not None
    victim.client.set_cookie("homecharge_console", planted.value, path="/support")

    victim.log_in(account(Role.OPERATOR))
    attacker_sees, victim_sees = attacker.get("").text, victim.get("").text

    assert "Sam, Operator" in victim_sees
    assert "Sam, Support agent" in attacker_sees
    assert attacker.csrf != victim.csrf


@pytest.mark.parametrize("path", ["/logout", "/chargers/{id}/commands", "/providers/{id}/block"])
def test_nothing_is_changed_by_following_a_link(agent: Browser, path: str):
    answer = agent.get(path.format(id="019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"))

    assert answer.status_code == 404
    assert agent.get("").status_code == 200


def test_a_role_that_is_taken_away_is_gone_at_the_next_page(agent: Browser, database: Database):
    with database.write() as db:
        db.execute(update(AccountRow).values(role=Role.DRIVER))

    assert agent.get("/chargers").status_code == 403


def test_a_driver_is_told_that_the_console_is_for_others(browser: Browser, account: Account):
    answer = browser.log_in(account(Role.DRIVER))

    assert answer.status_code == 403
    assert "for support agents and operators" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert browser.get("").status_code == 303


def test_a_wrong_password_is_said_on_the_form_and_counts_with_those_at_the_api(browser: Browser, account: Account):
    email = account(Role.SUPPORT)

    answers = [browser.log_in(email, "wrong") for _ in range(4)]
    at_the_api = browser.client.post("/v1/auth/login", json={"email": email, "password": "correct horse"})

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert "do not belong together" in answers[0].text
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert at_the_api.status_code == 429


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/v1/me",
        "/support\\evil",
        "/supporter",
        "/support/\r\nSet-Cookie: x=y",
        " /support/x",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_another_site_after_the_log_in(browser: Browser, account: Account, wanted: str):
    assert browser.log_in(account(Role.SUPPORT), next=wanted).location == "/support"


def test_a_log_in_goes_on_when_its_short_token_is_spent(agent: Browser, clock: ManualClock):
    before = agent.csrf
    clock.advance(timedelta(minutes=16))

    renewed = agent.get("")
    again = agent.get("")

    assert (renewed.status_code, len(renewed.headers.getlist("Set-Cookie"))) == (200, 2)
    assert (again.status_code, "Set-Cookie" in again.headers) == (200, False)
    assert agent.csrf == before


def test_a_log_in_goes_on_also_where_the_page_is_not_there(agent: Browser, clock: ManualClock):
    clock.advance(timedelta(minutes=16))
    missing = agent.get("/sessions/NONE")
    clock.advance(timedelta(minutes=16))

    assert (missing.status_code, agent.get("").status_code) == (404, 200)


def test_logging_out_ends_the_log_in_and_takes_its_cookies(agent: Browser, app: Flask):
    kept = agent.client.get_cookie("homecharge_console", path="/support")
    answer = agent.post("/logout")
    assert kept is not None
    thief = app.test_client()
    thief.set_cookie("homecharge_console", kept.value, path="/support")

    assert (answer.status_code, answer.location) == (303, "/support/login")
    assert agent.get("").status_code == 303
    assert thief.get("/support").status_code == 303


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://console.example"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({}, False),
    ],
)
def test_forms_from_elsewhere_are_refused(agent: Browser, headers: dict[str, str], is_taken: bool):  # noqa: FBT001
    answer = agent.client.post("/support/logout", data={"csrf": agent.csrf}, headers=headers)

    assert answer.status_code == (303 if is_taken else 409)


def test_a_log_in_from_another_site_is_refused(browser: Browser, account: Account):
    form = {"email": account(Role.SUPPORT), "password": "correct horse"}

    answer = browser.client.post("/support/login", data=form, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, "Set-Cookie" in answer.headers) == (409, False)


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_form_without_the_token_of_this_log_in_is_refused(agent: Browser, csrf: str):
    answer = agent.client.post("/support/logout", data={"csrf": csrf}, headers=ORIGIN)

    assert answer.status_code == 409
    assert agent.get("").status_code == 200


def test_pages_run_no_script_are_not_kept_and_not_framed(agent: Browser):
    answer = agent.get("")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert {"form-action 'self'", "base-uri 'none'"} <= set(policy.split("; "))


def test_a_page_that_is_not_there_says_so_with_the_requests_id(agent: Browser):
    answer = agent.get("/nowhere/at/all")

    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.text
    assert answer.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize(("name", "kind"), [("console.css", "text/css"), ("console.js", "text/javascript")])
def test_what_pages_are_made_with_is_public(browser: Browser, name: str, kind: str):
    with browser.client.get(f"/support/{name}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, kind)


def test_a_nul_is_refused_before_any_database_sees_it(agent: Browser):
    assert agent.get("", q="a\x00b").status_code == 422


def test_a_fault_of_ours_is_a_page_without_its_details(context: WebContext, account: Account):
    fields = {name: getattr(context, name) for name in WebContext.__slots__}
    broken = Browser(create_app(WebContext(**fields | {"passwords": None})).test_client())

    answer = broken.log_in(account(Role.SUPPORT))

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "NoneType" not in answer.text


def test_a_password_field_is_on_the_log_in_page(browser: Browser):
    page = browser.get("/login", next="/support/chargers").text

    assert 'type="password"' in page
    assert 'value="/support/chargers"' in page
