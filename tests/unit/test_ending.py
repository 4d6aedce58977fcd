"""How commands end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.ending import ended
from tests.service import ROOT

PROGRAMS = [file for file in sorted(ROOT.glob("[!.]*/**/*.py")) if 'if __name__ == "__main__":\n' in file.read_text()]


def test_ctrl_c_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """What is interrupted ends with 130 and one sentence; what is not, with its own status, 0 where it has none."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    assert ended(interrupted) == 130
    assert capsys.readouterr().err == "segue: stopped\n"
    assert ended(lambda: 3) == 3
    assert ended(lambda: None) == 0


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_program_ends_so(file: Path) -> None:
    """Whatever can be run with ``python -m`` hands its status and its interruptions on."""
    text = file.read_text()
    assert text.endswith(('if __name__ == "__main__":\n    sys.exit(ended(main))\n', "sys.exit(main())\n"))
    assert ("ended(main)" in text) == (file != ROOT / "cli/__main__.py")


def test_what_ends_commands_stands_below_all() -> None:
    """It imports nothing of the project, so that every package may use it."""
    code = "import sys, cli.ending; print(*(name for name in sys.modules if name.split('.')[0] in sys.argv[1:]))"
    packages = ["app", "cli", "strategies", "preprocessing", "experiments", "simulator", "tests"]
    told = subprocess.run([sys.executable, "-c", code, *packages], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(told.stdout.split()) == ["cli", "cli.ending"]
