"""The support console as people have it before them: with a mouse, with the keyboard, on a phone, in the dark."""

from pathlib import Path

from sqlalchemy import func, select, update

from homecharge.domain.authorization_codes import AuthorizationStatus
from homecharge.storage.database import Database
from homecharge.storage.models import AuthorizationRow, Charger
from homecharge.storage.models.commands import AuditRow, CommandRow
from tests.web.browser.chromium import Page
from tests.web.browser.conftest import EMAIL, PASSWORD, Site

BEGIN = "document.querySelector('main [autofocus]').focus()"
"""Where the browser puts people by itself, at a time of its own."""
REACHABLE = """
[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(e => !e.disabled && e.checkVisibility())
"""
NAMELESS = """
[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(e => !e.labels.length && !e.ariaLabel).map(e => e.outerHTML)
"""
CONTRAST = """
(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const worst = [...document.querySelectorAll('main *, header *')].filter(e => e.closest('svg') === null
      && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => { const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
  return Math.min(...worst);
})()
"""


def test_a_session_is_found_with_the_keyboard_alone_and_its_messages_are_filtered(page: Page, site: Site):
    page.go(f"{site.url}/sessions/{site.sights.session.reference}")
    page.run(BEGIN)
    page.call("Input.insertText", text=EMAIL)
    page.press("Tab")
    page.call("Input.insertText", text=PASSWORD)
    page.loading(lambda: page.press("Enter"))
    wanted_before = page.run("location.pathname")

    page.go(site.url)
    page.run(BEGIN)
    page.call("Input.insertText", text=site.sights.session.reference.replace("-", "").lower())
    page.loading(lambda: page.press("Enter"))
    page.press("Tab")
    first = page.run("document.activeElement.textContent")
    page.press("Enter")

    console_focus = page.run("document.activeElement.id")
    page.click(".messages summary")
    opened = page.run("document.querySelector('.messages pre').checkVisibility()")
    page.run("document.querySelector('[name=action]').value = 'Authorize'")
    page.run("document.querySelector('[name=direction]').value = 'in'")
    page.loading(lambda: page.click("#messages button"))

    assert wanted_before == f"/support/sessions/{site.sights.session.reference}"
    assert page.run("location.pathname") == f"/support/sessions/{site.sights.session.id}"
    assert "Tell the driver" in page.text()
    assert page.run("document.querySelectorAll('svg.timeline .message').length") == 2
    assert opened is True
    assert page.run("document.querySelectorAll('.messages li').length") == 1
    assert (first, console_focus) == ("Skip to the page", "main")


def test_a_provider_is_blocked_with_the_mouse_and_unblocked_with_the_keyboard(console: Page, site: Site):
    console.go(f"{site.url}/providers")

    console.click("details.menu summary")
    console.loading(lambda: console.click("details.menu button"))
    blocked = console.text()
    console.run("document.querySelector('details.menu summary').focus()")
    console.press("Enter")
    console.press("Tab")
    console.loading(lambda: console.press("Enter"))

    assert "Blocked" in blocked
    assert "Blocked" not in console.text()
    assert "Taken" in console.text()


def test_every_page_fits_a_phone_can_be_read_by_day_and_by_night_and_is_read_out(
    console: Page, site: Site, tmp_path: Path
):
    console.resize(360, 740, is_phone=True)

    widths, contrasts, nameless, languages = {}, {}, [], set()
    for path in site.sights.pages:
        console.prefer("light")
        console.go(site.url + path)
        console.photograph(tmp_path / "phone.png")
        widths[path] = console.run("document.documentElement.scrollWidth")
        for scheme in ("light", "dark"):
            console.prefer(scheme)
            is_dark = console.run("matchMedia('(prefers-color-scheme: dark)').matches")
            contrasts[path, is_dark] = console.run(CONTRAST)
        nameless += console.run(NAMELESS)
        languages.add(console.run("document.documentElement.lang"))

    assert {path: width for path, width in widths.items() if width > 360} == {}
    assert {page: contrast for page, contrast in contrasts.items() if contrast < 4.5} == {}  # WCAG 2.2, 1.4.3
    assert len(contrasts) == 2 * len(widths)
    assert (nameless, languages) == ([], {"en"})


def test_a_decision_that_is_waited_for_appears_without_the_search_being_emptied(
    console: Page, site: Site, database: Database
):
    waiting = {"code": None, "status": AuthorizationStatus.PENDING}
    decided = {"code": "A11", "status": AuthorizationStatus.REFUSED}
    with database.write() as db:
        db.execute(update(AuthorizationRow).values(waiting))
    console.go(f"{site.url}/authorizations/{site.sights.authorization_id}")
    console.fill("header [name=q]", "GARAGE")

    with database.write() as db:
        db.execute(update(AuthorizationRow).values(decided))
    console.wait("document.querySelector('#decision').innerText.includes('A11')")

    assert console.run("[document.activeElement.name, document.activeElement.value]") == ["q", "GARAGE"]


def test_the_keyboard_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is(console: Page, site: Site):
    sights = site.sights
    paths = [f"/sessions/{sights.session.id}", f"/chargers/{sights.charger_id}", f"/locations/{sights.location_id}"]
    wrong, reached = {}, {}
    for path in [*paths, f"/token-groups/{sights.group_id}", "/providers", "/tokens", "/audit"]:
        console.go(site.url + path)
        console.run("window.seen = []")
        for _ in range(console.run(f"{REACHABLE}.length")):
            console.press("Tab")
            console.run("window.seen.push(document.activeElement)")
            if console.run("getComputedStyle(document.activeElement).outlineStyle") != "solid":
                wrong.setdefault(path, []).append(console.run("document.activeElement.outerHTML"))
        reached[path] = console.run(f"{REACHABLE}.every((each, place) => each === window.seen[place])")

    assert wrong == {}
    assert set(reached.values()) == {True}


def test_a_phone_shows_what_matters_before_it_scrolls_sideways(console: Page, site: Site):
    console.resize(360, 740, is_phone=True)
    ends = {}
    for path, what in (
        (f"/chargers/{site.sights.charger_id}", "td .badge"),
        ("/chargers", "td .badge"),
        ("/providers", "details.menu summary"),
        ("/tokens", "[name=valid]"),
        (f"/token-groups/{site.sights.group_id}", "td [name=valid]"),
    ):
        console.go(site.url + path)
        ends[path] = console.run(f"document.querySelector({what!r}).getBoundingClientRect().right")

    assert {path: end for path, end in ends.items() if end > 348} == {}


def test_nothing_is_shown_any_more_after_logging_out(console: Page, site: Site):
    console.loading(lambda: console.click(".who button"))
    console.go(f"{site.url}/chargers")

    assert console.run("location.pathname") == "/support/login"


def test_what_is_typed_stays_while_a_page_keeps_itself_up_to_date(console: Page, site: Site, database: Database):
    charger = f"{site.url}/chargers/{site.sights.charger_id}"
    console.go(charger)
    console.loading(lambda: console.click("[value=restart] ~ button"))
    console.click(f"#command-{site.sights.command_id} summary")
    console.fill("[value=change_configuration] ~ label [name=key]", "HeartbeatInterval")
    console.run("document.activeElement.setSelectionRange(3, 5)")
    with database.write() as db:
        looks = db.scalar(select(func.count()).select_from(AuditRow))
    console.run(
        "window.looks = 0; new PerformanceObserver(list => window.looks += list.getEntries()"
        ".filter(each => each.name === location.href).length).observe({type: 'resource'})"
    )
    console.wait("window.looks > 2")
    before = console.text()
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=None, connected_at=None))
        db.execute(update(CommandRow).values(state="accepted", status="Accepted"))
    console.wait("document.querySelector('#state').innerText.includes('Offline')")
    asked = console.run("window.looks")
    console.run("window.stopped = false; setTimeout(() => window.stopped = true, 5000)")
    console.wait("window.stopped")

    field = "document.activeElement"
    assert console.run(f"[{field}.name, {field}.value, {field}.selectionStart]") == ["key", "HeartbeatInterval", 3]
    assert console.run(f"document.querySelector('#command-{site.sights.command_id}').open") is True
    assert "Online" in before
    assert console.text().count("Accepted") > before.count("Accepted")
    assert console.run("document.querySelector('#newest-command').textContent") == "Reset: Accepted"
    assert console.run("window.looks") <= asked + 1  # nothing is under way any more
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(AuditRow)) == looks
