"""`homecharge run --demo` as a newcomer meets it: a process, what it prints within a minute, and how it ends."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from homecharge.settings import OutboundPrivate, Settings, SettingsError
from homecharge.simulator.demo.tour import Demo

pytestmark = pytest.mark.timeout(300)

WITHIN_S = 120
README = Path(__file__).parents[2] / "README.md"
SAMPLE = re.compile(r"time {6}reference  kind     charger    outcome\n(.*?)```", re.DOTALL)
NOTICE = re.compile(r"\d\d:\d\d:\d\d  (event|webhook) +(.+?)(?:, signature checked)?")
SAID = re.compile(r" {10}\S.*")
LINE = re.compile(r"\d\d:\d\d:\d\d  \w{4}-\w{4}  \w+ +\w+ +(completed|rejected)  (.+)")


class Onlooker:
    """Reads what the demo prints, as it is printed."""

    def __init__(self, process: Process, http_port: int) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{http_port}"
        self.lines: list[str] = []

    async def until(self, holds: Callable[[], object]) -> None:
        """Read on until it holds."""
        assert self.process.stdout is not None
        while not holds():
            line = await self.process.stdout.readline()
            assert line, f"the demo ended: {self.lines[-5:]}"
            self.lines.append(line.decode().rstrip("\n"))

    def outcomes(self, status: str) -> set[str]:
        """What was said of the sessions that ended with this status."""
        told = (LINE.fullmatch(line) for line in self.lines)
        return {found[2] for found in told if found and found[1] == status}

    def notices(self) -> set[tuple[str, str]]:
        """The ways by which the driver was told, each with the title of what they were told."""
        return {(found[1], found[2]) for found in map(NOTICE.fullmatch, self.lines) if found}

    def has_shown_everything(self) -> bool:
        completed = self.outcomes("completed")
        is_recovered = any(" - recovers " in said for said in completed) and self.notices() >= EVERY_NOTICE
        return len(completed) >= 2 and len(self.outcomes("rejected")) >= 5 and is_recovered

    def find(self, pattern: str) -> str | None:
        """The first group of the first line that has it."""
        found = (re.search(pattern, line) for line in self.lines)
        return next((match[1] for match in found if match), None)

    async def end(self) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def demo(folder: Path, **settings: str) -> AsyncIterator[Onlooker]:
    """The demo in a folder of its own, for a minute."""
    ports = [_free_port(), _free_port()]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOMECHARGE_")}
    environment = {**inherited, "HOMECHARGE_HTTP_PORT": str(ports[0]), "HOMECHARGE_OCPP_PORT": str(ports[1])} | settings
    program = "import sys; from homecharge.cli import main; sys.exit(main(['run', '--demo']))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=PIPE, cwd=folder, env=environment
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            yield Onlooker(process, ports[0])
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


EVERY_NOTICE = {
    (way, title)
    for way in ("event", "webhook")
    for title in ("A charge would fail", "Rejected: car not plugged in", "Charging after all")
}


async def history(onlooker: Onlooker) -> list[dict[str, Any]]:
    """History of the driver."""
    return await listed(onlooker, "/v1/sessions?limit=200")


async def listed(onlooker: Onlooker, path: str) -> list[dict[str, Any]]:
    """A list, by the log-in that was printed."""
    email, password = str(onlooker.find(r"driver +(\S+@\S+)")), onlooker.find(r"driver .* (\S+)$")
    async with httpx.AsyncClient(base_url=onlooker.address) as client:
        tokens = (await client.post("/v1/auth/login", json={"email": email, "password": password})).json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        items: list[dict[str, Any]] = (await client.get(path, headers=headers)).json()["items"]
    return items


async def pasted(line: str) -> dict[str, Any]:
    """What a line prints that somebody pastes into a shell."""
    shell = await asyncio.create_subprocess_exec("sh", "-c", line, stdout=PIPE)
    printed, _ = await shell.communicate()
    answer: dict[str, Any] = json.loads(printed)
    return answer


async def test_a_newcomer_sees_charges_complete_be_rejected_and_recover_within_a_minute(tmp_path: Path):
    async with demo(tmp_path) as onlooker:
        await onlooker.until(onlooker.has_shown_everything)
        sessions = await history(onlooker)
        status = await onlooker.end()

    by_id = {session["id"]: session for session in sessions}
    completed = [session for session in sessions if session["status"] == "completed"]
    recoveries = [session for session in completed if session["recovers_session_id"]]
    recovered = by_id[recoveries[0]["recovers_session_id"]]
    assert len(completed) >= 2
    assert len({session["rejection"]["code"] for session in sessions if session["rejection"]}) >= 5
    assert (recovered["status"], recovered["recovered_by_session_id"]) == ("rejected", recoveries[0]["id"])
    assert status == 0


async def test_the_three_lines_it_prints_work_as_they_are(tmp_path: Path):
    async with demo(tmp_path) as onlooker:
        await onlooker.until(lambda: onlooker.outcomes("rejected"))
        curls = [line for line in onlooker.lines if line.startswith("curl")]
        seen, boosted, reasons = [await pasted(line) for line in curls]
        status = await onlooker.end()

    assert any(session["rejection"]["advice"] for session in seen["items"] if session["rejection"])
    assert boosted["kind"] == "boost"
    assert {"car_unplugged", "charger_offline"} <= {reason["code"] for reason in reasons["items"]}
    assert status == 0


async def test_it_begins_again_on_what_it_left_also_with_a_certificate_that_nobody_vouches_for(tmp_path: Path):
    issued = trustme.CA().issue_cert("ocpp.example.com")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    tls = {"HOMECHARGE_OCPP_TLS_CERT": "cert.pem", "HOMECHARGE_OCPP_TLS_KEY": "key.pem"}
    async with demo(tmp_path) as first:
        await first.until(lambda: first.outcomes("rejected"))
        before = await history(first)
        await first.end()

    async with demo(tmp_path, **tls) as second:
        await second.until(lambda: second.outcomes("rejected"))
        await second.until(lambda: second.outcomes("completed"))
        address = second.find(r"chargers +(\S+)/\{identity\}")
        after, webhooks = await history(second), await listed(second, "/v1/me/webhooks")
        status = await second.end()

    assert {session["id"] for session in before} < {session["id"] for session in after}
    assert len(webhooks) == 1
    assert str(address).startswith("wss://127.0.0.1:")
    assert {session["location_id"] for session in before} == {session["location_id"] for session in after}
    assert status == 0


def test_the_readme_shows_what_it_prints():
    found = SAMPLE.search(README.read_text())
    assert found is not None
    lines = found[1].splitlines()

    notices = {(match[1], match[2]) for match in map(NOTICE.fullmatch, lines) if match}
    others = [line for line in lines if not any(form.fullmatch(line) for form in (LINE, NOTICE, SAID))]

    assert notices == EVERY_NOTICE
    assert others == []


def test_it_needs_a_webhook_on_its_own_machine():
    settings = Settings(outbound_private=OutboundPrivate.REFUSE)

    with pytest.raises(SettingsError, match="HOMECHARGE_OUTBOUND_PRIVATE=allow"):
        Demo(settings)


def test_it_keeps_away_from_real_deployments():
    settings = Settings(database_url="postgresql://homecharge@db/homecharge", secret_key="-" * 32)

    with pytest.raises(SettingsError, match="--demo belongs on a SQLite database"):
        Demo(settings)


def test_no_two_installations_have_the_same_passwords(tmp_path: Path):
    files = [tmp_path / "one.db", tmp_path / "two.db"]

    allow = OutboundPrivate.ALLOW
    first, second, again = (
        Demo(Settings(database_url=f"sqlite:///{file}", outbound_private=allow)).passwords
        for file in (*files, files[0])
    )

    assert not set(first.values()) & set(second.values())
    assert first == again
