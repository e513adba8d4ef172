"""The language a request is answered in: what its Accept-Language prefers, else the caller's own."""

from flask import request

from homecharge.domain.texts import LANGUAGES, Language, find_language
from homecharge.web.context import Ask


def language_of(ask: Ask) -> Language:
    """One that we have texts in; English where nothing fits (RFC 9110 §12.5.4)."""
    preferred = request.accept_languages.best_match(LANGUAGES)
    caller = ask.find_caller()
    return find_language(preferred or (caller.locale if caller is not None else None))
