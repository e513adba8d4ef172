"""The `homecharge simulate` command: its arguments, and what they ask for."""

import argparse
import contextlib
import math
import ssl
import sys
from pathlib import Path

import uvloop

from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.console import Plan, show_fleet, show_one, until_stopped, write_event
from homecharge.simulator.fleet import Fleet, identities, read_passwords
from homecharge.simulator.journal import Journal
from homecharge.simulator.script import ScriptError, describe_steps, parse_script

DESCRIPTION = "An OCPP 1.6-J charge point of its own, or thousands, over real sockets."
EPILOG = """a script is one or more steps, divided by ; or line ends; # begins a comment:

{steps}

example:
  homecharge simulate --identity CP1 --password … --time-scale 60 \\
      --script "plug; until Charging; wait 20; full; wait 3; unplug" --stay

Without a script the charge point stays connected. SIGINT and SIGTERM end it. Exit status: 0 done or stopped,
1 a step failed, 2 the arguments make no sense.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and what it takes."""
    parser.description = DESCRIPTION
    parser.epilog = EPILOG.format(steps=describe_steps()).replace("%", "%%")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    who = parser.add_argument_group("who connects where")
    who.add_argument("--url", default="ws://127.0.0.1:9000/ocpp", help="where the server listens [%(default)s]")
    who.add_argument("--ca-file", type=Path, metavar="FILE", help="whom to trust on wss, in PEM [the system's]")
    who.add_argument("--identity", default="CP1", help="identity of a single charge point [%(default)s]")
    who.add_argument("--password", help="HTTP Basic password; the same for all of a fleet")
    who.add_argument("--passwords", type=Path, metavar="FILE", help="CSV of identity,password: a fleet of these")
    who.add_argument("--count", type=_positive_int, metavar="N", help="a fleet of this many")
    who.add_argument("--identity-pattern", default="CP{n:05d}", help="identities of a fleet [%(default)s]")
    who.add_argument("--connects-per-s", type=_positive, metavar="RATE", help="how fast a fleet connects [all at once]")
    what = parser.add_argument_group("what it does")
    script = what.add_mutually_exclusive_group()
    script.add_argument("--script", default="", help="steps to take, see below")
    script.add_argument("--script-file", type=Path, metavar="FILE", help="the same from a file")
    what.add_argument("--repeat", action="store_true", help="begin the script again when it ends")
    what.add_argument("--stay", action="store_true", help="stay connected when the script ends")
    what.add_argument("--duration", type=_positive, metavar="SECONDS", help="end after this time")
    _add_behaviour(parser.add_argument_group("how it behaves"))


def _add_behaviour(how: argparse._ArgumentGroup) -> None:
    how.add_argument("--connectors", type=_positive_int, default=1, metavar="N", help="[%(default)s]")
    how.add_argument("--power-w", type=int, default=7400, metavar="W", help="what a car draws [%(default)s]")
    how.add_argument("--time-scale", type=_positive, default=1, metavar="X", help="energy flows X times as fast [1]")
    how.add_argument("--sample-every", type=_positive, metavar="SECONDS", help="overrides the server's interval")
    how.add_argument("--heartbeat-every", type=_positive, metavar="SECONDS", help="overrides the server's interval")
    how.add_argument("--smart-charging", action="store_true", help="obey charging profiles")
    how.add_argument("--local-list", action="store_true", help="keep a local list of cards")
    how.add_argument("--reservations", action="store_true", help="take reservations")
    how.add_argument("--firmware", action="store_true", help="take firmware updates, send diagnostics (simulated)")
    how.add_argument("--free-vend", action="store_true", help="start by itself at plug-in")


def run(args: argparse.Namespace) -> int:
    """Run what the arguments ask for; returns the exit status."""
    try:
        plan = _plan(args)
        passwords = read_passwords(args.passwords) if args.passwords else {}
        names = _names(args, list(passwords))
        ssl.create_default_context(cafile=args.ca_file)
    except (ScriptError, ValueError, OSError) as error:
        sys.stderr.write(f"homecharge simulate: {error}\n")
        return 2
    behaviour = Behaviour(
        power_w=args.power_w,
        time_scale=args.time_scale,
        sample_every_s=args.sample_every,
        heartbeat_s=args.heartbeat_every,
        ca_file=args.ca_file,
        free_vend=args.free_vend,
        smart_charging=args.smart_charging,
        local_list=args.local_list,
        reservations=args.reservations,
        firmware=args.firmware,
    )
    if not names:
        charge_point = ChargePoint(
            args.url,
            args.identity,
            args.password,
            connectors=args.connectors,
            behaviour=behaviour,
            reconnect=True,
            journal=Journal(listener=write_event),
        )
        return uvloop.run(until_stopped(show_one(charge_point, plan), duration_s=args.duration))
    fleet = Fleet(
        args.url,
        names,
        lambda name: passwords.get(name, args.password),
        behaviour=behaviour,
        connectors=args.connectors,
    )
    work = show_fleet(fleet, plan, connects_per_s=args.connects_per_s)
    return uvloop.run(until_stopped(work, duration_s=args.duration))


def _plan(args: argparse.Namespace) -> Plan:
    text = args.script_file.read_text(encoding="utf-8") if args.script_file else args.script
    steps = parse_script(text)
    return Plan(steps, repeats=args.repeat and bool(steps), stays=args.stay or not steps)


def _names(args: argparse.Namespace, listed: list[str]) -> list[str]:
    """The identities of a fleet; none where a single charge point is asked for."""
    if args.count is None:
        return listed
    if not listed:
        return identities(args.identity_pattern, args.count)
    if args.count > len(listed):
        raise ValueError(f"{args.passwords} has {len(listed)} charge points, not {args.count}")
    return listed[: args.count]


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) < math.inf:
            return value
    raise argparse.ArgumentTypeError(f"“{text}” is no number above 0")


def _positive_int(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 1 up")
    return int(text)
