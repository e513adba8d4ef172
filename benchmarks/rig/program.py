"""A benchmark is a program of its own: `python -m benchmarks.gateway quick` prints its tables as JSON."""

import asyncio
import json
import resource
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from benchmarks.rig.scale import Scale
from benchmarks.rig.tables import Table
from homecharge.observability.logging import configure_logging
from homecharge.settings import LogFormat, LogLevel

Measure = Callable[[Scale], Coroutine[Any, Any, list[Table]]]


def main(measure: Measure) -> None:
    """Run the benchmark at the scale that the command line names."""
    allow_many_sockets()
    configure_logging(level=LogLevel.WARNING, form=LogFormat.CONSOLE, stream=sys.stderr)
    scale = Scale(sys.argv[1]) if len(sys.argv) > 1 else Scale.QUICK
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        tables = runner.run(measure(scale))
    print(json.dumps([table.as_json() for table in tables]))


def allow_many_sockets() -> None:
    """Ten thousand connections take as many open files; servers started from here inherit the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def progress(words: str) -> None:
    """Say what is being measured; the tables have standard output to themselves."""
    print(f"  {words}", file=sys.stderr, flush=True)
