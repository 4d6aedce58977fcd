"""Keys and scopes, and a start that lets nobody in by mistake."""

from __future__ import annotations

import shlex
import tomllib
from unittest.mock import patch

import pytest
from starlette.middleware.cors import CORSMiddleware

from app.access.keys import Keyring, check_access, hash_of, new_key
from app.access.scopes import needed_scope
from app.key import main
from app.main import create_app
from app.settings.load import load_settings
from app.settings.models import ApiKey, Settings
from strategies.errors import ConfigurationError


def scopes(keyring: Keyring, key: bytes) -> list[str]:
    """Return the scopes of a key that is known."""
    found = keyring.find(key)
    assert found is not None
    return found.scopes


def test_a_key_opens_with_its_scopes_and_a_near_miss_does_not() -> None:
    """Only the exact key is known, and it brings its own scopes."""
    key, other = new_key().encode(), new_key().encode()
    keyring = Keyring(
        [
            ApiKey(name="a", scopes=["recommend"], sha256=hash_of(key)),
            ApiKey(name="b", scopes=["read", "admin"], sha256=hash_of(other)),
        ]
    )
    assert scopes(keyring, key) == ["recommend"]
    assert scopes(keyring, other) == ["read", "admin"]
    for wrong in (b"", key[:-1], key + b"x", key.upper(), hash_of(key).encode(), b"\xff"):
        assert keyring.find(wrong) is None


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/", None),
        ("GET", "/health/live", None),
        ("GET", "/docs", None),
        ("GET", "/static-offline-docs/swagger-ui.css", None),
        ("POST", "/next/7", "recommend"),
        ("POST", "/last/7", "recommend"),
        ("DELETE", "/sessions/7", "recommend"),
        ("GET", "/sessions/7", "read"),
        ("GET", "/users/7", "read"),
        ("GET", "/health/ready", "read"),
        ("GET", "/metrics", "read"),
        ("GET", "/what/comes/later", "read"),
        ("GET", "/admin/what", "admin"),
        ("POST", "/admin/reload", "admin"),
        ("DELETE", "/users/7", "admin"),
        ("PUT", "/health/live", None),
        ("PUT", "/what/comes/later", "admin"),
    ],
)
def test_every_call_needs_a_scope_unless_it_is_named_open(method: str, path: str, scope: str | None) -> None:
    """What nobody thought of is closed."""
    assert needed_scope(method, path) == scope


def test_what_is_open_can_only_be_read() -> None:
    """No call by which anything changes stands under a path that needs no key."""
    changing = [
        path
        for path, calls in create_app(Settings()).openapi()["paths"].items()
        for method in calls
        if method != "get" and needed_scope(method.upper(), path) is None
    ]
    assert changing == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])  # noqa: S104 - to be refused
def test_no_start_beyond_this_machine_without_a_key_or_a_word(host: str) -> None:
    """A public address without keys stops the start; a key or allow_anonymous lets it go on."""
    server = {"host": host}
    key = {"name": "a", "scopes": ["read"], "sha256": hash_of(b"k")}
    with pytest.raises(ConfigurationError, match=r"python -m app\.key new"):
        check_access(Settings.model_validate({"server": server}))
    check_access(Settings.model_validate({"server": server, "security": {"keys": [key]}}))
    check_access(Settings.model_validate({"server": server, "security": {"allow_anonymous": True}}))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_this_machine_alone_needs_no_key(host: str) -> None:
    """On loopback nothing is asked for."""
    check_access(Settings.model_validate({"server": {"host": host}}))


def test_a_new_key_comes_with_the_settings_that_let_it_in(capsys: pytest.CaptureFixture[str]) -> None:
    """The command's lines, put into settings or a shell, know its key; the key itself does not stand in them."""
    name = """a "player"'s"""
    assert main(["new", "--name", name, "--scope", "recommend", "--scope", "read"]) == 0
    printed = capsys.readouterr().out
    key = next(line for line in printed.splitlines() if line.startswith("segue_"))
    lines, variable = printed[printed.index("[[security.keys]]") :].split("\nor to its environment:\n")
    assert key not in lines + variable
    settings = Settings.model_validate(tomllib.loads(lines))
    (assignment,) = shlex.split(variable)
    assert load_settings(dict([assignment.split("=", 1)])).security == settings.security
    assert settings.security.keys[0].name == name
    assert scopes(Keyring(settings.security.keys), key.encode()) == ["recommend", "read"]


@pytest.mark.parametrize("origin", ["player.example", "https://player.example/", "https://Player.example", "null", ""])
def test_an_origin_is_spelt_as_browsers_do(origin: str) -> None:
    """A spelling that no browser sends stops the start, for it would allow nobody."""
    with pytest.raises(ValueError, match="allowed_origins"):
        Settings.model_validate({"security": {"allowed_origins": [origin]}})


def test_without_listed_origins_no_request_pays_for_them() -> None:
    """The CORS middleware is made only where an origin is listed."""

    def made(origins: list[str]) -> int:
        with patch("app.access.origins.CORSMiddleware", wraps=CORSMiddleware) as middleware:
            create_app(Settings.model_validate({"security": {"allowed_origins": origins}}))
        return middleware.call_count

    assert made(["https://player.example"]) == 1
    assert made([]) == 0
