"""The one catalogue of sentences: English here, and other languages made of it by translating each sentence."""

from homecharge.domain.texts.catalogue import Language, ReasonText, Sentences
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.texts.languages import Languages, languages_of

DEFAULT = ENGLISH

__all__ = ["DEFAULT", "ENGLISH", "Language", "Languages", "ReasonText", "Sentences", "languages_of"]
