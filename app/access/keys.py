"""API keys: long random texts, of which Segue keeps only the hash."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from hashlib import sha256

from app.settings.models import ApiKey, Settings
from strategies.errors import ConfigurationError


def new_key() -> str:
    """Return a key that nobody can guess: 256 random bits, and a start by which a leaked one is recognised."""
    return f"segue_{secrets.token_urlsafe(32)}"


def hash_of(key: bytes) -> str:
    """Return the SHA-256 of a key; for one of 256 random bits a slow hash would add nothing (record 0046)."""
    return sha256(key).hexdigest()


class Keyring:
    """The keys of the settings."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._keys = keys

    def find(self, presented: bytes) -> ApiKey | None:
        """Return what is known of a key, or None where it is none; the time taken does not tell how near it is."""
        presented_hash = hash_of(presented)
        found: ApiKey | None = None
        for key in self._keys:  # every one, so that the time does not tell which either
            if hmac.compare_digest(key.sha256, presented_hash):
                found = key
        return found


def check_access(settings: Settings) -> None:
    """Return when nobody is let in by mistake.

    Raises:
        ConfigurationError: The address can be reached from elsewhere, and there is neither a key nor a word for it.
    """
    host, security = settings.server.host, settings.security
    if security.keys or security.allow_anonymous or _is_loopback(host):
        return
    raise ConfigurationError(
        f"server.host {host} can be reached from other machines, and there is no API key: make one with "
        "'python -m app.key new', or let everybody in with SEGUE_SECURITY__ALLOW_ANONYMOUS=true"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
