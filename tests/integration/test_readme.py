"""The README does what it says, on the sample that `make run` makes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import Service

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", (ROOT / "README.md").read_text(), flags=re.M | re.S)
LINES = [line for language, text in BLOCKS if language == "bash" for line in text.splitlines()]
MAKE = [line.split("#")[0].split() for line in LINES if line.startswith("make")]
CURL = [line for line in LINES if line.startswith("curl")]
ANSWERS = [json.loads(text) for language, text in BLOCKS if language == "json"]


@pytest.fixture(scope="module")
def sample_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the sample, made by the commands behind `make run`."""
    folder = tmp_path_factory.mktemp("sample")
    sample = ["-m", "preprocessing.sample", "--folder", folder]
    build = ["-m", "preprocessing", "--catalogue", folder / "tracks.jsonl", "--log", folder / "events.jsonl"]
    for command in (sample, [*build, "--artifacts", folder / "artifacts"]):
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
    with Service(tmp_path_factory.mktemp("readme"), folder / "artifacts") as running:
        yield running


def test_every_line_is_tested() -> None:
    """The README's shell lines are make targets and requests, and each is tried below."""
    assert len(MAKE) + len(CURL) == len(LINES)
    assert MAKE
    assert CURL


@pytest.mark.parametrize("command", MAKE, ids=" ".join)
def test_make_targets(command: list[str]) -> None:
    """Each make command of the README is a target that make knows how to reach."""
    subprocess.run([*command, "--dry-run"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_first_request(sample_service: Service) -> None:
    """The first request is answered as the README shows."""
    assert asked(CURL[0], sample_service) == ANSWERS[0]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_why(sample_service: Service) -> None:
    """The second request tells who answered and holds a queue of five."""
    answer = asked(CURL[1], sample_service)
    assert len(answer["tracks"]) == 5
    assert answer["trace"]["chain"] == "segue"


def asked(command: str, service: Service) -> dict[str, object]:
    """Return the answer to a curl command of the README, sent to the service under test."""
    command = command.replace("http://127.0.0.1:5000", str(service.http.base_url).rstrip("/"))
    return json.loads(subprocess.run(shlex.split(command), check=True, capture_output=True).stdout)
