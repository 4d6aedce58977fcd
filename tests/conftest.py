"""What tests share: tiny worlds, and real services that run as long as the test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service import Service
from tests.worlds import World, integer_world, string_world


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the service does."""
    return "asyncio"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world in integer ids."""
    return integer_world(tmp_path_factory.mktemp("integer-world"))


@pytest.fixture(scope="session")
def text_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world in string ids."""
    return string_world(tmp_path_factory.mktemp("string-world"))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Service]:
    """A real service over the integer world in which the chain 'segue' serves everybody.

    Tests share it: each uses users of its own, or ends the sessions that it began.
    """
    with Service(tmp_path_factory.mktemp("service"), world.folder, SEGUE_SERVER__CHAIN="segue") as running:
        yield running


@pytest.fixture(scope="session")
def text_service(tmp_path_factory: pytest.TempPathFactory, text_world: World) -> Iterator[Service]:
    """A real service over the string world, in which the experiments decide."""
    with Service(tmp_path_factory.mktemp("text-service"), text_world.folder) as running:
        yield running
