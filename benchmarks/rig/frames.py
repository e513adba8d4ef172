"""WebSocket frames by hand (RFC 6455 §5.2): a load generator must cost less than the server that it measures."""

import struct
from collections.abc import Iterator

PING, TEXT, CLOSE = 0x9, 0x1, 0x8
_PONG = 0xA
_FIN = 0x80
_MASKED = 0x80
_ZERO_KEY = b"\0\0\0\0"  # a client must mask; with this key the mask changes nothing
_SHORT = 126
_LONG = 127


def text(payload: bytes) -> bytes:
    """A text frame as clients send it."""
    return _frame(TEXT, payload)


def pong() -> bytes:
    """The answer to a ping without payload."""
    return _frame(_PONG, b"")


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < _SHORT:
        return bytes((_FIN | opcode, _MASKED | size)) + _ZERO_KEY + payload
    return struct.pack("!BBH", _FIN | opcode, _MASKED | _SHORT, size) + _ZERO_KEY + payload


def read(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the frames that are complete from a server's stream: opcode and payload."""
    while len(buffer) >= 2:
        size, start = buffer[1], 2
        if size == _SHORT:
            size, start = int.from_bytes(buffer[2:4]), 4
        elif size == _LONG:
            size, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + size:
            return
        opcode, payload = buffer[0] & 0x0F, bytes(buffer[start : start + size])
        del buffer[: start + size]
        yield opcode, payload
