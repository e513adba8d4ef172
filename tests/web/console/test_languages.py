"""The console speaks the agent's language, and nothing on its pages is left in English."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import pytest
from flask import Flask

from homecharge.domain.accounts import Role
from homecharge.domain.texts import ENGLISH, Language, Languages
from homecharge.domain.texts.translating import translated
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.web.console.conftest import Agent, Browser
from tests.web.console.sights import Sights

SHOWN = ("aria-label", "placeholder", "title", "content")
"""Attributes that are read out, or shown."""
OURS = re.compile(
    r"Homecharge|[\w.+-]+@[\w.-]+|[0-9a-f]{8}-[0-9a-f-]{27,}|[\w]+\.[a-z_.]+|Europe/London|GB-PNG|\ben\b|GMT|UTC|kWh|GB|GBP|CP1|GARAGE|ocpp1\.6"
    r"|Ada|Sam|Home|Drive|Taxis|Cab 7|Plug & Go|Plug|Authorize|Reset|StatusNotification|gibberish|NEVER"
    r"|charger_offline|wait|Fri|Nov|[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9]+"
)
"""Names, codes of protocols, units and what agents type: nobody translates them."""


def accented(sentence: str) -> str:
    """The pseudo-language: no letter of it is one of English, save in placeholders."""
    parts = re.split(r"(\{[^}]*\})", sentence)
    return "".join(part if part.startswith("{") else re.sub("[A-Za-z]", "ä", part) for part in parts)


class Accented(Mapping[str, str]):
    """Every sentence has a translation."""

    def __getitem__(self, sentence: str) -> str:
        return accented(sentence)

    def __iter__(self) -> object:  # type: ignore[override]  # nobody lists all sentences
        return iter(())

    def __len__(self) -> int:
        return 0


class Reader(HTMLParser):
    """What a page says that is no markup, but what it says is in English on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"pre", "code"} or (given.get("lang") == "en" and tag != "html"):
            self.silent.append(tag)
        if tag != "meta":
            self.said += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def left_in_english(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return sorted({word for text in reader.said for word in re.findall("[A-Za-z]{2,}", OURS.sub(" ", text))})


@pytest.fixture
def pseudo(context: WebContext) -> Flask:
    """The application for people who read the pseudo-language."""
    language = translated(ENGLISH, lambda text: accented(text.sentence), tag="en", conventions=ENGLISH.conventions)
    language = dataclasses.replace(language, elsewhere=Accented())
    fields = {name: getattr(context, name) for name in WebContext.__slots__}
    return create_app(WebContext(**fields | {"languages": OneLanguage({"en": language})}))


class OneLanguage(Languages):
    """All that is spoken."""

    def find(self, *_wanted: str | None) -> Language:
        return self.by_tag["en"]


def test_no_word_of_a_page_is_left_untranslated(pseudo: Flask, account: Callable[[Role], str], sights: Sights):
    agent, operator = Browser(pseudo.test_client()), Browser(pseudo.test_client())
    pages = {"/login": agent.get("/login").text}

    for browser, role in ((agent, Role.SUPPORT), (operator, Role.OPERATOR)):
        browser.log_in(account(role))
        pages |= {f"{role} {path}": browser.get(path).text for path in [*sights.pages, "/sessions/NONE", "/nowhere"]}

    assert len(pages) > 40
    assert {path: words for path, page in pages.items() if (words := left_in_english(page))} == {}


@pytest.mark.parametrize(
    ("accepted", "tag", "words"),
    [
        ("de-AT,de;q=0.9", "de", ("Abgelehnt: Wallbox offline", "Sagen Sie dem Fahrer", "Zeiten in der Zeitzone")),
        ("fr", "fr", ("Refusée", "À dire au conducteur", "Europe/London")),
        ("nl", "nl", ("Afgewezen: laadpunt offline", "Zeg tegen de bestuurder", "vr 20 nov 2026, 11:05:00 GMT")),
        ("ja", "en", ("Tell the driver", "Fri, 20 Nov 2026, 11:05:00 GMT")),
    ],
)
def test_a_page_is_in_the_language_of_the_browser(
    agent: Browser, sights: Sights, accepted: str, tag: str, words: tuple[str, ...]
):
    answer = agent.client.get(f"/support/sessions/{sights.session.id}", headers={"Accept-Language": accepted})

    assert f'<html lang="{tag}">' in answer.text
    assert [word for word in words if word not in answer.text] == []
    assert (answer.content_language.to_header(), "Accept-Language" in answer.headers["Vary"]) == (tag, True)


def test_what_is_wrong_is_said_in_the_agents_language(agent_of: Agent, browser: Browser):
    headers = {"Accept-Language": "de"}
    form = {"email": "nobody@example.org", "password": "x"}

    missing = agent_of().client.get("/support/sessions/NONE", headers=headers)
    refused = browser.client.post("/support/login", data=form, headers=headers | {"Origin": "http://localhost"})

    assert (missing.status_code, "<h1>Das gibt es nicht</h1>" in missing.text) == (404, True)
    assert '<p lang="en">There is no session with this id or reference.</p>' in missing.text
    assert (refused.status_code, "gehören nicht zusammen" in refused.text) == (401, True)
