"""How large a body may be: small, save where a file is handed over."""

LARGEST_BODY = 256 * 1024
LARGEST_FILE = 16 * 1024 * 1024
"""Well over 100,000 tokens as CSV; what is more goes by `homecharge tokens import`."""
FILE_PATHS = frozenset({"/v1/operator/tokens/import"})
FILES_AT_ONCE = 2
"""Who sends them is only known afterwards, and they are read into memory."""


def largest_body(path: str) -> int:
    """In bytes, for a request to `path`."""
    return LARGEST_FILE if path in FILE_PATHS else LARGEST_BODY
