"""A reason as it is kept: plain JSON, from which its words are written when it is read."""

import json

from homecharge.domain.rejections import Category, Code, Evidence, FixBy, Rejection, in_precedence, stored
from tests.domain.builders import at

SEEN = Evidence(at=at("00:30"), fact="last_seen", value="23:41", source="gateway")
OFFLINE = Rejection(code=Code.CHARGER_OFFLINE, params={"since": at("23:41"), "answer": None}, evidence=(SEEN,))
BUSY = Rejection(code=Code.ALREADY_IN_PROGRESS, variant="session", params={"kind": "boost"})


def test_the_first_reason_is_kept_whole_and_the_others_by_their_code():
    kept = stored((OFFLINE, BUSY))

    assert json.loads(json.dumps(kept)) == {
        "code": "charger_offline",
        "variant": None,
        "params": {"since": {"instant": "2026-11-20T23:41:00+00:00"}, "answer": None},
        "category": "retriable",
        "fix_by": "driver",
        "also": ["already_in_progress"],
        "evidence": [
            {"at": "2026-11-21T00:30:00+00:00", "fact": "last_seen", "value": "23:41", "source": "gateway"},
        ],
        "exhausted": False,
    }


def test_what_the_evidence_settles_stands_before_the_catalogue():
    known = Rejection(code=Code.BATTERY_FULL, category=Category.SATISFIED, fix_by=FixBy.NOBODY)

    kept = stored((known,), exhausted=True)

    assert (kept["category"], kept["fix_by"], kept["exhausted"]) == ("satisfied", "nobody", True)


def test_of_two_reasons_with_one_code_the_first_that_was_found_is_told():
    inferred = Rejection(code=Code.BATTERY_FULL, variant="inferred")
    known = Rejection(code=Code.BATTERY_FULL, variant="soc")

    assert in_precedence([known, BUSY, inferred]) == (BUSY, known)
