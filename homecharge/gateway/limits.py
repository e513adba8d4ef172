"""How much a charger may ask of us, and how long we wait for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes and counts of one line.

    A frame of more than `frame_bytes` is refused and the line lives on. One of more than `socket_bytes` closes the line
    (RFC 6455 1009): nothing of that size is read into memory.
    """

    frame_bytes: int = 1024 * 1024
    """A StopTransaction with a night's samples of every minute takes about 700 kB."""
    socket_bytes: int = 16 * 1024 * 1024
    waiting_calls: int = 64
    """Calls of the charger that may wait for their turn; then we stop reading, and TCP slows the charger down."""
    waiting_calls_at_most: int = 256
    """The same while we wait for an answer of the charger: that must be read, whatever comes before it."""
    overtaking_calls: int = 16
    """Authorizes that may be in work beside the ordered calls; more of them are refused with a CALLERROR.

    As many starts may wait for a live check besides. A charger that keeps to OCPP-J has one call under way (§4.1.1).
    """
    logged_bytes: int = 4096
    """What the message log keeps of a frame that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Waits, in seconds of the event loop's clock."""

    ping_s: float = 30
    misses: int = 2
    """Pings in a row without a sign of life until the line counts as dead."""
    beat_s: float = 5
    open_s: float = 30
    """For the handshake: in a storm of reconnects it waits its turn."""
    close_s: float = 5
    """For the charger's part of a closing handshake."""
    write_s: float = 20
    """For a charger that does not read what we send; then the line counts as dead."""
    settle_s: float = 10
    """For the calls already read when the line goes away."""
