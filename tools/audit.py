"""Whether what is installed is exactly what constraints.txt pins, as it was published, and not known to be vulnerable.

That it fits together and that no file was changed since it was installed is seen here, on any machine.

The last is asked of PyPI by pip-audit. It takes a package that PyPI does not answer for as one without vulnerabilities,
and a mirror answers for none: so what was not audited is counted here, and said.
"""

import hashlib
import json
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
PIP_AUDIT = ("pip_audit", "--no-deps", "--disable-pip", "--timeout=5", "--progress-spinner=off", "--format=json")
PATIENCE_S = 90


@dataclass(frozen=True, slots=True)
class Audit:
    """What an advisory service said; `why` is why it said nothing."""

    vulnerable: list[str] = field(default_factory=list)
    audited: int = 0
    skipped: list[str] = field(default_factory=list)
    why: str = ""


def list_differences(pinned: Iterable[str], installed: Iterable[str]) -> list[str]:
    """In words, from lines of `name==version` each; names are compared as PyPI does (PEP 503)."""
    pins, found = _versions(pinned), _versions(installed)
    named = sorted(pins | found)
    return [
        f"{name}: pinned {pins.get(name, 'not at all')}, installed {found.get(name, 'not at all')}"
        for name in named
        if pins.get(name) != found.get(name)
    ]


def _versions(lines: Iterable[str]) -> dict[str, str]:
    pairs = (line.strip().partition("==") for line in lines if line.strip() and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, _, version in pairs}


def list_changed(distributions: Iterable[Distribution]) -> list[str]:
    """In words, the files that are not what their package brought: missing, or of another digest than it recorded."""
    return [
        f"{each.metadata['Name']}: {file} is not what was installed"
        for each in distributions
        for file in each.files or ()
        if file.hash is not None and _digest(Path(str(file.locate())), file.hash.mode) != file.hash.value
    ]


def _digest(path: Path, mode: str) -> str:
    """As wheels record it (PEP 376, PEP 427); nothing of a file that is not there."""
    if not path.is_file():
        return ""
    return urlsafe_b64encode(hashlib.new(mode, path.read_bytes()).digest()).decode().rstrip("=")


def read_audit(report: str, problem: str = "") -> Audit:
    """What pip-audit printed as JSON; anything else, with `problem`, is why there was no audit."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = problem.strip().splitlines() or ["pip-audit said nothing"]
        return Audit(why=lines[-1])
    asked = [each for each in packages if "vulns" in each]
    return Audit(
        vulnerable=[
            f"{each['name']} {each['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none'}"
            for each in asked
            for found in each["vulns"]
        ],
        audited=len(asked),
        skipped=[each["name"] for each in packages if "vulns" not in each],
        why="" if asked else "The advisory service knows none of the packages: is it a mirror?",
    )


def describe(audit: Audit) -> str:
    """What is to be printed."""
    if not audit.audited:
        return f"NOT AUDITED: no package was looked up for known vulnerabilities. {audit.why}"
    lines = [f"{audit.audited} packages looked up, {len(audit.vulnerable)} known vulnerabilities."]
    lines += [f"VULNERABLE: {each}" for each in audit.vulnerable]
    if audit.skipped:
        lines.append(f"NOT AUDITED: {', '.join(audit.skipped)}")
    return "\n".join(lines)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    python = [sys.executable, "-m", *command]
    return subprocess.run(python, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def _ask() -> Audit:
    try:
        asked = _run(*PIP_AUDIT, f"--requirement={CONSTRAINTS}")
    except subprocess.TimeoutExpired:
        return Audit(why=f"The advisory service had not answered after {PATIENCE_S} seconds")
    return read_audit(asked.stdout, asked.stderr)


def main() -> int:
    """Print what was found; 0 unless something is wrong. That nothing could be audited is said, and is no failure."""
    together = _run("pip", "check")
    frozen = _run("pip", "freeze", "--exclude-editable")
    differences = list_differences(CONSTRAINTS.read_text().splitlines(), frozen.stdout.splitlines())
    changed = list_changed(distributions())
    audit = _ask()
    print(together.stdout.strip())
    print("\n".join(differences) or "What is installed is what constraints.txt pins.")
    print("\n".join(changed) or "No file of it was changed since.")
    print(describe(audit))
    return int(together.returncode != 0 or bool(differences or changed or audit.vulnerable))


if __name__ == "__main__":
    sys.exit(main())
