"""A Redis that speaks TLS only, and lets in one user who may do what Segue needs and no more."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.sessions.redis import RedisStore
from app.sessions.store import Kept, StoreError
from app.settings.models import RedisSettings
from tests.service import ROOT, Service
from tests.stores import RULES, free_ports, report
from tests.worlds import World

pytestmark = pytest.mark.anyio
SETTINGS = RedisSettings(timeout_s=5, deadline_s=10)
PAGE = ROOT / "docs" / "operations.md"


@dataclass(frozen=True)
class Secure:
    """The server's port, and the certificate by which it is known."""

    port: int
    certificate: Path
    key: Path

    def url(self, host: str = "localhost", user: str = "segue:secret", **options: object) -> str:
        """Return a URL with what the server asks for, unless the options say otherwise."""
        files = {"ssl_ca_certs": self.certificate, "ssl_certfile": self.certificate, "ssl_keyfile": self.key}
        query = "&".join(f"{name}={value}" for name, value in (files | options).items() if value)
        return f"rediss://{user}@{host}:{self.port}/0?{query}"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """A redis-server over TLS with the access list that docs/operations.md gives; it wants the client's certificate."""
    redis, openssl = shutil.which("redis-server"), shutil.which("openssl")
    if redis is None or openssl is None:
        pytest.skip("there is no redis-server or no openssl on PATH")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key, access = folder / "cert.pem", folder / "key.pem", folder / "users.acl"
    about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    made = ["-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run(
        [openssl, "req", *made, *about, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    access.write_text(
        "".join(
            line + "\n" for line in PAGE.read_text().splitlines() if line.startswith(("user default ", "user segue "))
        )
    )
    [port] = free_ports(1)
    tls = {"tls-port": port, "tls-cert-file": certificate, "tls-key-file": key, "tls-ca-cert-file": certificate}
    options = {"port": 0, **tls, "bind": "127.0.0.1", "aclfile": access, "dir": folder}
    command = [redis, "--save", "", *(str(word) for name, value in options.items() for word in (f"--{name}", value))]
    said = folder / "said"
    with said.open("w") as out:
        server = subprocess.Popen(command, stdout=out)
    try:
        if not _answers(server, Secure(port, certificate, key)):
            assert "Bad directive" in said.read_text(), said.read_text()  # any other reason is a defect of this test
            pytest.skip("this redis-server was built without TLS")
        yield Secure(port, certificate, key)
    finally:
        server.kill()
        server.wait()


def _answers(server: subprocess.Popen[bytes], at: Secure) -> bool:
    """Say whether the server answers, once it does or has ended."""
    deadline = time.monotonic() + 10
    while server.poll() is None:
        with suppress(StoreError):
            asyncio.run(_check(at.url()))
            return True
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)
    return False


async def _check(url: str) -> None:
    store = RedisStore(url, SETTINGS, RULES)
    try:
        await store.check()
    finally:
        await store.close()


async def test_every_call_of_the_store(secure: Secure) -> None:
    """A user with the documented rights can do all that the store does, alone and many at once."""
    store = RedisStore(secure.url(), SETTINGS, RULES)
    try:
        await store.check()
        session = await store.record(7, report(1))
        assert await store.get(7) == session
        sessions = await asyncio.gather(*(store.record(user, report(2)) for user in range(20)))
        assert [session.position for session in sessions] == [1 if user == 7 else 0 for user in range(20)]
        await store.delete(7)
        assert await store.get(7) is None
        await store.put(7, Kept(session, "r", True, ()))
        assert await store.get(7) == session
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"user": "segue:wrong"}, "username-password"),
        ({"user": ""}, "authenticate"),
        ({"user": "other:secret"}, "username-password"),
        ({"ssl_ca_certs": None}, "certificate verify failed"),
        ({"host": "127.0.0.1"}, "certificate"),  # it is made out to localhost
        ({"ssl_certfile": None, "ssl_keyfile": None}, None),  # what a closed connection is called differs
    ],
    ids=["password", "no user", "another user", "unknown certificate", "another host", "no client certificate"],
)
async def test_whoever_is_not_who_they_say_is_refused(secure: Secure, wrong: dict[str, str], words: str | None) -> None:
    """A wrong password or user, a certificate that nobody vouches for or of another host: a StoreError, both ways."""
    with pytest.raises(StoreError, match=words):
        await _check(secure.url(**wrong))


async def test_without_tls_nothing_is_said(secure: Secure) -> None:
    """A client that does not speak TLS gets no answer from this server."""
    with pytest.raises(StoreError):
        await _check(f"redis://segue:secret@localhost:{secure.port}")


def test_the_service_plays_over_tls(secure: Secure, tmp_path: Path, world: World) -> None:
    """A service with such a URL keeps its sessions there, and shows the password to nobody."""
    with Service(tmp_path, world.folder, SEGUE_REDIS__URL=secure.url()) as running:
        running.next(8222, 100)
        assert running.ready()["dependencies"]["session_store"] == {"status": "ok", "reason": "answers"}
        assert "secret" not in running.http.get("/health/ready").text + running.http.get("/metrics").text
    assert "secret" not in (tmp_path / "stderr").read_text() + (tmp_path / "stdout").read_text()
    assert asyncio.run(_get(secure, 8222)) == [100]


async def _get(secure: Secure, user: int) -> list[object]:
    store = RedisStore(secure.url(), SETTINGS, RULES)
    try:
        session = await store.get(user)
        return list(session.tracks) if session else []
    finally:
        await store.close()
