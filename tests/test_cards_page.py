"""The page on refused cards says of every code what support's answers say."""

import re
from pathlib import Path

from homecharge.domain.authorization_codes import Code
from homecharge.domain.texts import ENGLISH
from homecharge.domain.texts.catalogue import first_known

PAGE = (Path(__file__).parents[1] / "docs" / "cards.md").read_text()


def test_every_code_has_its_sentence_and_what_to_do():
    rows = re.findall(r"^\| ([AG]\d\d) \| (.*?) \|(.*)\|$", PAGE, re.MULTILINE)

    said = {code: (detail, advice.strip()) for code, detail, advice in rows}

    words = {code.value: ENGLISH.authorizations[code] for code in Code}
    assert said == {code: (first_known(of.detail, {}), first_known(of.advice, {})) for code, of in words.items()}
    assert len(rows) == len(said)


def test_every_step_that_the_page_names_is_one():
    named = set(re.findall(r"\*([A-Z][^*]+\?)\*", PAGE.replace("\n   ", " ").replace("\n", " ")))

    assert named
    assert named - set(ENGLISH.trace_steps.values()) == set()
