"""How a call or a connection of a simulated charge point can fail."""


class CallFailed(Exception):
    """A CALL of the charge point came to nothing."""


class LineDown(CallFailed):
    """There is no connection, or it went away before the answer."""


class NoAnswer(CallFailed):
    """The server did not answer in `Behaviour.call_timeout_s`."""


class CallRefused(CallFailed):
    """The server answered with a CALLERROR; `code` is its errorCode."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


class ConnectFailed(LineDown):
    """No connection came about; `status` is the HTTP status where the server refused the handshake."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
