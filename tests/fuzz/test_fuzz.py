"""The fuzzing in short: a few requests of each kind; ``make fuzz`` makes thousands."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.run import fuzz
from tests.worlds import World


def test_no_invented_request_finds_a_defect(tmp_path: Path, world: World) -> None:
    """Whatever the document allows is answered as it says, and whatever it forbids is refused as it says."""
    ended = fuzz(tmp_path, world, examples=10, seed=31312)
    assert ended.returncode == 0, ended.stdout + ended.stderr
