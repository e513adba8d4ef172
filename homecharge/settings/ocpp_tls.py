"""The certificate that the gateway shows chargers: OCPP's security profile 2, TLS with Basic authentication."""

import ssl

from homecharge.settings import PREFIX, Settings, SettingsError


def load_ocpp_tls(settings: Settings) -> ssl.SSLContext | None:
    """What the gateway serves TLS 1.2 or newer with; None where no certificate is set, and it serves plain WebSocket.

    Raises SettingsError, in words, for files that cannot be read, hold something else, or do not belong together.
    """
    if settings.ocpp_tls_cert is None or settings.ocpp_tls_key is None:
        return None
    for name, path in (("CERT", settings.ocpp_tls_cert), ("KEY", settings.ocpp_tls_key)):
        try:
            path.read_bytes()
        except OSError as failed:
            problem = f"{PREFIX}OCPP_TLS_{name} cannot be read from {path}: {failed.strerror}."
            raise SettingsError([problem]) from failed
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # Without a password given, OpenSSL would ask the terminal for that of an encrypted key.
        context.load_cert_chain(settings.ocpp_tls_cert, settings.ocpp_tls_key, password="")
    except ssl.SSLError as refused:
        problem = (
            f"{PREFIX}OCPP_TLS_CERT and {PREFIX}OCPP_TLS_KEY must be a certificate (with those that it rests on) and "
            f"its own key without a password, both in PEM: {refused.reason or 'neither is to be found there'}."
        )
        raise SettingsError([problem]) from refused
    return context
