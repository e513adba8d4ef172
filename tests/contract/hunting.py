"""Schemathesis over the whole description, as somebody: what was asked, how it was answered, and what was wrong."""

import base64
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "412", "429"]
"""How a request is answered that is as the description has it. 412: for who it is, `If-Match` was right once."""
MEANT_CODES = frozenset(
    {"link_not_valid", "password_too_common", "password_too_personal", "unreadable_rates", "bad_lines", "in_the_past"}
)
MEANT = re.compile(
    r"(There is no such|There is no provider|You have no such|The charger has no such) .*"
    r"|Not a cursor of this (list|document)\."  # they are made by us, each list's its own
    r"|Not a member of this location\.|Not an? (ISO|IANA) .*|Not a joining code: .*|Not with this kind of .*"
    r"|Not an RFC 3339 instant .*, from 1970 to 2199\.|This is more than .* ago\."
    r"|NUL characters are not allowed\.|This is in the (future|past)\.|This is more than two years ahead\."
    r"|A rate ends later than it begins\.|It overlaps .*|A window ends at another time than it starts\."
    r"|A state of charge is a vehicle's: .*|Only a dynamic tariff has a feed\."
    r"|Not above max_current_a, .*|Choose `default`, `none` or `custom`: .*"
    r"|Name at least one card, .*|The same uid is there before\.",
)
"""What a body is refused for that no schema says: what is there, when it is, and what goes together."""
PAYLOAD = re.compile(r"payload(\..*)?", re.DOTALL)
"""What a charger is told is described by OCPP's own schemas, one for each action."""
PLACES = {"country": ["GB", "DE", "NL"], "time_zone": ["Europe/London", "Europe/Berlin"], "currency": ["GBP", "EUR"]}


@dataclass
class Report:
    """Answers by operation and status, and what was wrong, in words."""

    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def reached(self) -> set[str]:
        """The operations that did at least once what they are for."""
        return {label for label, by_status in self.answers.items() if min(by_status) < 300}

    def __str__(self) -> str:
        """The figures, and what was not reached."""
        cases = sum(map(Counter.total, self.answers.values()))
        missed = sorted(self.answers.keys() - self.reached)
        lines = [f"{cases} answers of {len(self.answers)} operations, {len(self.reached)} of them 2xx; never 2xx:"]
        return "\n  ".join([*lines, *(f"{label} {dict(sorted(self.answers[label].items()))}" for label in missed)])


def hunt(
    url: str,
    known: Mapping[str, Sequence[str]],
    *,
    examples: int,
    token: Callable[[str], str],
    phases: Mapping[str, Any],
) -> Report:
    """Ask whatever the description allows, and what it does not, `examples` times of each operation.

    `token` gives an access token for an operation by its id; that each is refused without one is asked besides.
    """
    config = SchemathesisConfig.from_dict(_config(known, examples=examples, phases=phases))
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    for path in schema.raw_schema["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                del operation["responses"]["default"]  # "any other problem": here there shall be none
    schema.hooks.hook("filter_failure")(_is_failure)
    schema.auth(refresh_interval=None)(_signing_in(token))
    report = Report()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(report, event)
        elif isinstance(event, events.NonFatalError):
            report.failures[f"{event.label}: {event.value!r}"] = repr(event)
        elif isinstance(event, events.FatalError):
            report.failures[repr(event.exception)] = repr(event)
    return report


def _config(known: Mapping[str, Sequence[str]], *, examples: int, phases: Mapping[str, Any]) -> dict[str, Any]:
    values = {**known, **PLACES, "cursor": [_cursor(ids[0]) for ids in known.values() if len(ids[0]) == 36]}
    often, always = {"probability": 0.85}, {"probability": 1.0}
    parameters: dict[str, Any] = {}
    for name in known:
        parameters[f"path.{name}"] = parameters[f"query.{name}"] = {"dictionary": name, **often}
        parameters[f"body.{name}"] = {"dictionary": name, **often}
    for name in PLACES:
        parameters[f"query.{name}"] = parameters[f"body.{name}"] = {"dictionary": name, **always}
    parameters["query.cursor"] = {"dictionary": "cursor", **always}
    return {
        "seed": 20261120,
        "continue-on-failure": True,
        "request-timeout": 120.0,
        "generation": {"max-examples": examples, "database": "none", "deterministic": examples < 10},
        "dictionaries": {name: {"values": list(of_name)} for name, of_name in values.items()},
        "parameters": parameters,
        "phases": {"enabled": False, **phases},
        "auth": {"auto-signup": False},
        "cache": {"enabled": False},  # what one run found is not to lead the next
        "analysis": {"constants": {"enabled": False}},
        "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
        "operations": [{"include-path": "/v1/events", "max-stream-events": 1}],  # it never ends by itself
    }


def _cursor(item_id: str) -> str:
    return base64.urlsafe_b64encode(f"1700000000000000.{item_id}".encode()).rstrip(b"=").decode()


def _signing_in(token: Callable[[str], str]) -> type:
    class SigningIn:
        def get(self, case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
            return token(case.operation.definition.raw["operationId"])

        def set(self, case: schemathesis.Case, data: str, _context: schemathesis.AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    return SigningIn


def _is_failure(_context: object, failure: Failure, case: schemathesis.Case, response: Response) -> bool:
    """Whether it is one: a body that is as described may be refused for what it means."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 422:
        return True
    problem = response.json()
    if problem["code"] in MEANT_CODES:
        return False
    return not all(
        PAYLOAD.fullmatch(path) or all(MEANT.fullmatch(message) for message in messages)
        for path, messages in problem["errors"].items()
    )


def _note(report: Report, event: events.ScenarioFinished) -> None:
    recorder = event.recorder
    for case_id, interaction in recorder.interactions.items():
        case = recorder.cases[case_id].value
        if interaction.response is not None and case.method == case.operation.method.upper():
            report.answers[case.operation.label][interaction.response.status_code] += 1
    for case_id, checks in recorder.checks.items():
        found = [check.failure_info for check in checks if check.failure_info is not None]
        for info in found:
            label = recorder.cases[case_id].value.operation.label
            said = recorder.interactions[case_id].response
            words = "" if said is None else said.content[:2000].decode(errors="replace")
            report.failures.setdefault(
                f"{label}: {info.failure.title}", f"{event.phase}: {info.failure.message}\n{info.code_sample}\n{words}"
            )
