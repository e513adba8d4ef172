"""What the people of a home should look at, in words."""

from dataclasses import dataclass

from homecharge.domain.attention import Attention
from homecharge.domain.texts.catalogue import first_known
from homecharge.domain.texts.values import Reader, spoken


@dataclass(frozen=True, slots=True)
class AttentionText:
    """A heading and a sentence or two."""

    title: str
    detail: str


def attention_text(attention: Attention, reader: Reader, *, said: str | None = None) -> AttentionText:
    """`said` is the sentence of the check that tells why a charge will not start."""
    key = attention.code.value if attention.variant is None else f"{attention.code}_{attention.variant}"
    words = reader.language.attention[key]
    values = spoken({**attention.params, "said": said}, reader, about=reader.now)
    return AttentionText(words.title, first_known(words.detail, values))
