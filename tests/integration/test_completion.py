"""Shells complete ``segue``: real ones, asked as a person asks them."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.service import ROOT


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``segue`` is a program, as the package installs it."""
    program = tmp_path / "segue"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m cli "$@"\n')
    program.chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "dumb"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes(environment: dict[str, str]) -> None:
    """Bash completes a command, and the options of one."""
    script = """
eval "$(segue completion)"
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _segue; echo "${COMPREPLY[@]}"; }
complete_words segue re
complete_words segue report --h
complete_words segue simulator lead
"""
    found = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.splitlines() == ["report", "--help --html", "leaderboard"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_completes(environment: dict[str, str]) -> None:
    """Zsh completes a command, a command's command and an option, at a terminal, when Tab is pressed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    ) as shell:
        os.close(theirs)
        try:
            type_and_read(ours, 'eval "$(segue completion)" && echo is${:-}ready\n', "isready")
            type_and_read(ours, "segue rep\t", "segue report ")
            type_and_read(ours, "\x15segue simulator lead\t", "segue simulator leaderboard ")  # ^U clears the line
            type_and_read(ours, "\x15segue report --ht\t", "segue report --html ")
        finally:
            shell.kill()
            os.close(ours)


def type_and_read(terminal: int, keys: str, expected: str) -> None:
    """Press keys, and return when the terminal shows what is expected."""
    os.write(terminal, keys.encode())
    shown, until_s = "", time.monotonic() + 60
    while expected not in shown:
        assert time.monotonic() < until_s, f"{keys!r} shows {shown!r}"
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace")
