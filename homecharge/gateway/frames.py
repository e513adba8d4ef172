"""The one WebSocket frame that nearly every message is: a whole text in a single frame (RFC 6455 §5.2).

Everything else, and everything that breaks a rule, is left to `websockets`.
"""

import struct

from websockets.frames import apply_mask  # type: ignore[attr-defined] # the library's C function, or its substitute

_FINAL_TEXT = 0x81
_MASKED = 0x80
_MASK_BYTES = 4
_IN_TWO_BYTES = 126
_IN_EIGHT_BYTES = 127
_MOST_IN_TWO_BYTES = 0xFFFF


def read_whole(data: bytes) -> bytes | None:
    """The message, if `data` is exactly one text frame of a client that ends its message; None for anything else."""
    if len(data) < 2 + _MASK_BYTES or data[0] != _FINAL_TEXT:
        return None
    size, head = data[1] - _MASKED, 2
    if size == _IN_TWO_BYTES:
        size, head = int.from_bytes(data[2:4]), 4
    elif not 0 <= size < _IN_TWO_BYTES:
        return None
    begin = head + _MASK_BYTES
    return apply_mask(data[begin:], data[head:begin]) if len(data) == begin + size else None


def write(message: bytes) -> bytes:
    """The frame of a text message as a server sends it."""
    size = len(message)
    if size < _IN_TWO_BYTES:
        return bytes((_FINAL_TEXT, size)) + message
    if size <= _MOST_IN_TWO_BYTES:
        return struct.pack("!BBH", _FINAL_TEXT, _IN_TWO_BYTES, size) + message
    return struct.pack("!BBQ", _FINAL_TEXT, _IN_EIGHT_BYTES, size) + message
