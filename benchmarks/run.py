"""Run the benchmarks, each in a process of its own; print their tables or keep them (`--help`)."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.rig.machine import describe  # noqa: E402 - after the path is set
from benchmarks.rig.scale import Scale  # noqa: E402 - as above
from benchmarks.rig.tables import Table  # noqa: E402 - as above

NAMES = (
    *("gateway", "samples", "connections", "due_starts", "socket_starts", "history"),
    *("edge", "streams", "export", "live_checks", "planner"),
)
README = ROOT / "benchmarks" / "README.md"
INTRODUCTION = """# Benchmarks

`make bench` runs them all; `python benchmarks/run.py gateway history --quick` some of them, smaller. Every ratio is to
a baseline of the same run, because machines differ and are shared; absolute figures say only what this one did. Nothing
here is a test.
"""


def main() -> int:
    """Exit status 0, or 1 when a benchmark failed."""
    parser = argparse.ArgumentParser(description="Benchmarks of Homecharge; ratios to a baseline in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} [all]")
    parser.add_argument("--quick", action="store_true", help="smaller and noisier")
    parser.add_argument("--write", action="store_true", help="keep the tables in benchmarks/README.md")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    scale = Scale.QUICK if asked.quick else Scale.FULL
    found = {name: _run(name, scale) for name in asked.names or NAMES}
    tables = [table for part in found.values() if part is not None for table in part]
    for table in tables:
        print(f"\n{table.text()}")
    print(f"\n{describe()}")
    if asked.write:
        size = f"Scale of this run: {scale.value}."
        README.write_text("\n".join([INTRODUCTION, describe(), size, "", *(f"{t.markdown()}\n" for t in tables)]))
    return 1 if None in found.values() else 0


def _run(name: str, scale: Scale) -> list[Table] | None:
    program = [sys.executable, "-m", f"benchmarks.{name}", scale.value]
    finished = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if finished.returncode:
        print(f"{name} failed with status {finished.returncode}", file=sys.stderr)
        return None
    return [Table.from_json(each) for each in json.loads(finished.stdout)]


if __name__ == "__main__":
    sys.exit(main())
