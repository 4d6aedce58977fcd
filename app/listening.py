"""The socket that Segue listens on."""

from __future__ import annotations

import socket

from app.settings import Settings
from strategies.errors import ConfigurationError


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say.

    Raises:
        ConfigurationError: The port is in use, or the address is not of this machine.
    """
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}; stop what uses it, "
            "or choose another with --port, 'make serve PORT=N' or SEGUE_SERVER__PORT"
        ) from error
    return listening
