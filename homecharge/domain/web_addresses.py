"""Which addresses that others give us we go to: on the web, and out there for everybody."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

SCHEMES = frozenset({"http", "https"})
LONGEST_URL = 500
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII | re.IGNORECASE)
_NOT_A_URL = "Not an http or https URL."
_CARRY_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""NAT64 (RFC 6052) and IPv4-compatible addresses (RFC 4291, 2.5.5.1): what they lead to is in their last 32 bits."""
_OF_ONE_SITE = (IPv6Network("fec0::/10"), IPv6Network("64:ff9b:1::/48"))
"""Site-local addresses (RFC 3879) and local NAT64 (RFC 8215), which `ipaddress` takes for global."""


def url_problem(url: str, *, allow_private: bool, longest: int = LONGEST_URL) -> str | None:
    """What is wrong with a URL that somebody gives us, in a sentence; None: nothing that can be seen without asking.

    Without `allow_private` (HOMECHARGE_OUTBOUND_PRIVATE) a host that is written as a private address is refused here;
    one whose name leads to a private address is refused when it is asked.
    """
    if len(url) > longest:
        return f"At most {longest} characters."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _NOT_A_URL
    if parts.scheme not in SCHEMES or not host or port == 0 or not _VISIBLE.fullmatch(url):
        return _NOT_A_URL
    return _kept_problem(parts) or (None if allow_private or not _is_private_host(host) else "A private address.")


def base_url_problem(url: str, *, allow_private: bool) -> str | None:
    """As `url_problem`, of a URL that paths will follow."""
    if "?" in url or "#" in url:
        return "What follows `?` or `#` has no place in the address of an interface."
    return url_problem(url, allow_private=allow_private)


def _kept_problem(parts: SplitResult) -> str | None:
    if parts.username is not None or parts.password is not None:
        return "A URL with a name or a password in it is not kept."
    return None


def _is_private_host(host: str) -> bool:
    """Whether a host says by itself that it is private: a literal address, or a name of this machine (RFC 6761)."""
    plain = host.rstrip(".")
    literal = _literal(plain)
    if literal is None:
        return plain == "localhost" or plain.endswith(".localhost")
    return not is_public(literal)


def _literal(host: str) -> str | None:
    """The address that a host is written as; IPv4 as resolvers take it, too: `127.1`, `0x7f.1` (inet_aton(3))."""
    try:
        return str(ip_address(host))
    except ValueError:
        *front, last = host.split(".")
    try:
        numbers, rest = [_number(part) for part in front], _number(last)
    except ValueError:
        return None
    bits = 32 - 8 * len(numbers)
    if bits <= 0 or rest >> bits or any(number > 255 for number in numbers):  # noqa: PLR2004 - a byte's largest value
        return None
    return str(IPv4Address((int.from_bytes(bytes(numbers), "big") << bits) | rest))


def _number(part: str) -> int:
    if not _NUMBER.fullmatch(part):
        raise ValueError(part)
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def is_public(address: str) -> bool:
    """Out there for everybody; an IPv4 address in the clothes of IPv6 is what it is beneath. Raises ValueError."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if any(ip in network for network in _OF_ONE_SITE):
            return False
        ip = ip.ipv4_mapped or ip.sixtofour or _carried(ip) or ip
    return ip.is_global and not ip.is_multicast


def _carried(ip: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(ip) & 0xFFFF_FFFF) if any(ip in network for network in _CARRY_IPV4) else None
