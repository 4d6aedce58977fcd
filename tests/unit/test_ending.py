"""How commands end."""

from __future__ import annotations

from cli.ending import ended

import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.service import ROOT

# Presses Ctrl-C at the first import of a program that follows the one of what ends it.
IMPORTING = """
import runpy, signal, sys
pressed = []
def press(event, _):
    if event == "import" and hasattr(sys.modules.get("cli.ending"), "ended") and not pressed:
        pressed.append(event)
        assert not {"numpy", "polars", "pydantic", "rich", "uvicorn"} & sys.modules.keys()
        signal.raise_signal(signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background are deaf to it
sys.addaudithook(press)
runpy.run_module(sys.argv[1], run_name="__main__", alter_sys=True)
"""
# Those of the packages and of the tests: the built documentation holds copies.
FOLDERS = [*(file.parent for file in sorted(ROOT.glob("*/__init__.py"))), ROOT / "tests"]
PROGRAMS = [
    file
    for folder in FOLDERS
    for file in sorted(folder.rglob("*.py"))
    if 'if __name__ == "__main__":\n' in file.read_text()
]


@pytest.fixture
def _as_before() -> Iterator[None]:
    """Let Ctrl-C stop the tests again: what was stopped once no longer listens to it."""
    handler = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, handler)


@pytest.mark.usefixtures("_as_before")
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


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: str(file.relative_to(ROOT)))
def test_ctrl_c_while_it_imports_is_a_sentence(file: Path) -> None:
    """A program that is interrupted before the libraries that take long to import ends with 130 and a sentence."""
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    told = subprocess.run(
        [sys.executable, "-c", IMPORTING, module], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (told.returncode, told.stdout, told.stderr) == (130, "", "segue: stopped\n")


def test_a_package_that_is_missing_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Who has not installed all that a command needs reads what is missing and what to do; a defect stays one."""
    assert ended(lambda: import_module("nobodys.part") and None) == 2
    assert capsys.readouterr().err.startswith("segue: this needs the package nobodys, which is not installed: 'make")
    with pytest.raises(ModuleNotFoundError, match=r"experiments\.nowhere"):
        ended(lambda: import_module("experiments.nowhere") and None)


def test_a_package_that_is_missing_from_the_start_is_a_sentence() -> None:
    """So does who lacks what a program imports before all else."""
    code = "import runpy, sys; sys.modules['rich'] = None; runpy.run_module('experiments', run_name='__main__')"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("segue: this needs the package rich")
    assert told.stderr.count("\n") == 1


def test_what_ends_commands_stands_below_all() -> None:
    """It imports nothing of the project, so that every package may use it."""
    code = "import sys, cli.ending; print(*(name for name in sys.modules if name.split('.')[0] in sys.argv[1:]))"
    packages = ["app", "cli", "strategies", "preprocessing", "experiments", "simulator", "tests"]
    told = subprocess.run([sys.executable, "-c", code, *packages], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(told.stdout.split()) == ["cli", "cli.ending"]
