"""`homecharge simulate` as a process: what it prints, and how it ends."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.simulator.strict_server import StrictServer

PROGRAM = """
import argparse, sys
from homecharge.simulator import command
parser = argparse.ArgumentParser(prog="homecharge simulate")
command.add_arguments(parser)
sys.exit(command.run(parser.parse_args()))
"""


async def simulate(*arguments: str) -> Process:
    root = Path(__file__).parents[2]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *arguments, stdout=PIPE, stderr=PIPE, cwd=root
    )


async def outcome(process: Process) -> tuple[int | None, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode(), err.decode()


async def test_a_script_is_played_and_told(server: StrictServer):
    script = "plug; card 0123456789; until Charging 5; unplug"

    process = await simulate("--url", server.url, "--password", server.password, "--script", script)
    status, out, err = await outcome(process)

    assert (status, err) == (0, "")
    assert "→ StartTransaction" in out
    assert "connector 1 is Charging" in out
    assert "0123456789" not in out
    assert server.bodies("StopTransaction")[0]["reason"] == "EVDisconnected"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly(server: StrictServer, number: signal.Signals):
    process = await simulate("--url", server.url, "--password", server.password, "--script", "plug", "--repeat")
    await server.until(lambda: "Preparing" in str(server.calls), within_s=20)

    process.send_signal(number)
    status, _, err = await outcome(process)

    assert (status, err) == (0, "")
    assert server.closed == [1000]


async def test_a_fleet_reports_its_counters(server: StrictServer, tmp_path: Path):
    passwords = tmp_path / "passwords.csv"
    passwords.write_text("".join(f"CP{n},{server.password}\n" for n in range(1, 21)), encoding="utf-8")
    script = tmp_path / "script"
    script.write_text("plug\nuntil Charging\n", encoding="utf-8")

    process = await simulate(
        "--url", server.url, "--passwords", str(passwords), "--free-vend", "--script-file", str(script), "--count", "20"
    )
    status, out, err = await outcome(process)

    assert (status, err) == (0, "")
    assert "boots=20" in out.splitlines()[-1]
    assert len(server.bodies("StartTransaction")) == 20


async def test_a_failed_step_is_status_one(server: StrictServer):
    process = await simulate(
        "--url", server.url, "--password", server.password, "--script", "until Charging 10ms", "--stay"
    )

    status, out, _ = await outcome(process)

    assert status == 1
    assert "step 1 “until Charging 10ms”: connector 1 is still Available" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--script", "plug; plgu"], "step 2 “plgu”"),
        (["--count", "2", "--identity-pattern", "CP"], "needs {n}"),
        (["--passwords", "nowhere.csv"], "nowhere.csv"),
        (["--time-scale", "x"], "is no number above 0"),
        (["--count", "0"], "is no whole number from 1 up"),
    ],
)
async def test_arguments_that_make_no_sense_are_status_two(arguments: list[str], message: str):
    process = await simulate(*arguments)

    status, _, err = await outcome(process)

    assert status == 2
    assert message in err


async def test_help_lists_every_step():
    process = await simulate("--help")

    status, out, _ = await outcome(process)

    assert status == 0
    assert "free-vend on|off" in out
