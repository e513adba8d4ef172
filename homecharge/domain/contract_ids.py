"""Contract ids (EMAID) as they are compared: people write them with and without separators."""

_SEPARATORS = str.maketrans("", "", "-*")


def contract_key(text: str) -> str:
    """Upper case, without hyphens, asterisks and white space: `de-8aa-C12345678-9` is `DE8AAC123456789`.

    Source: ISO 15118-1, annex H, and eMI3, where separators carry no meaning. The check digit is optional there; one
    that is given stays.
    """
    return "".join(text.translate(_SEPARATORS).split()).upper()
