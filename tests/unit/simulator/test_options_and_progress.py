"""The command line's numbers, and what is shown while it works."""

from __future__ import annotations

import argparse
import io
import os
from importlib import import_module
from pathlib import Path

import pytest
from rich.console import Console

from simulator.__main__ import main
from simulator.errors import SimulatorError
from simulator.options import at_least, command_line, seed_number, share
from simulator.progress import progress_of


def test_a_number_has_a_least_value() -> None:
    """A whole number from the least one on is read; anything else is refused in a sentence."""
    assert at_least(2)("2") == 2
    for text in ("1", "2.5", "many"):
        with pytest.raises(argparse.ArgumentTypeError, match="whole number of 2 or more"):
            at_least(2)(text)


def test_a_seed_has_64_bits() -> None:
    """The largest seed is read; the next one, of which no luck can be drawn, is refused in a sentence."""
    assert seed_number("18446744073709551615") == 2**64 - 1
    for text in ("-1", "18446744073709551616", "9" * 36):
        with pytest.raises(argparse.ArgumentTypeError, match="whole number from 0 to 18446744073709551615"):
            seed_number(text)


def test_a_share_is_from_0_to_1() -> None:
    """A number between 0 and 1 is read, the bounds too; anything else is refused in a sentence."""
    assert [share(text) for text in ("0", "0.05", "1")] == [0, 0.05, 1]
    for text in ("2", "-0.1", "nan", "some"):
        with pytest.raises(argparse.ArgumentTypeError, match="not a number from 0 to 1"):
            share(text)


@pytest.mark.parametrize("command", ["leaderboard", "novelty", "ablation", "loop"])
def test_where_no_page_can_be_written_nothing_is_measured(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An ``--out`` that is no folder is refused before a world is made, whose measures would be lost."""
    monkeypatch.setattr(f"simulator.commands.{command}.world_of", None)
    assert main([command, "--out", os.devnull]) == 2
    assert f"pages cannot be written into --out {os.devnull}" in capsys.readouterr().err


def test_every_chain_has_an_episode(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the episodes are fewer than the chains that take turns, the sentence says how many it takes."""
    chains = ["--chain", "control", "--chain", "segue", "--chain", "taste"]
    assert main(["run", "--episodes", "2", *chains]) == 2
    assert "--episodes 2 leaves some without any: ask for 3 or more" in capsys.readouterr().err


def test_an_ablation_takes_session_taste(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings without the chain of which parts are taken away are refused in a sentence."""
    for chains in ("[chains]\n", '[chains]\ntaste = [{ use = "popular" }]\n'):
        (tmp_path / "settings.toml").write_text(chains)
        monkeypatch.setenv("SEGUE_SETTINGS", str(tmp_path / "settings.toml"))
        assert main(["ablation"]) == 2
        assert "strategy 'session_taste' of the chain 'taste'" in capsys.readouterr().err


def test_without_a_terminal_progress_is_one_line() -> None:
    """In a pipe the rate and the running mean stand in one line at the end, also of a run that breaks off."""
    output = io.StringIO()

    def broken_off() -> None:
        with progress_of(Console(file=output), "a run", 10) as advance:
            advance(3, 12.0, 30)
            advance(1, 8.0, 5)
            raise SimulatorError

    with pytest.raises(SimulatorError):
        broken_off()
    (line,) = output.getvalue().splitlines()
    assert line.startswith("a run: 4 episodes in ")
    assert line.endswith("mean session time 5.000")


def test_on_a_terminal_progress_is_a_bar() -> None:
    """A terminal sees how many of how many, the mean, and the remaining time."""
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, width=140)
    with progress_of(console, "a run", 10) as advance:
        advance(4, 20.0, 35)
    assert "4/10" in output.getvalue()
    assert "mean session time 5.000" in output.getvalue()


def test_over_http_the_service_chooses(capsys: pytest.CaptureFixture[str]) -> None:
    """``--chain`` with ``--url`` is refused, because nobody would obey it."""
    assert main(["run", "--url", "http://localhost:1", "--chain", "segue"]) == 2
    assert "the service chooses its chain" in capsys.readouterr().err


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """``--help`` names every command with a sentence."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    printed = capsys.readouterr().out
    for command in ("run", "collect", "claim", "leaderboard", "novelty", "ablation"):
        assert f"\n    {command}" in printed


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder of the neutral log should be ends the command with a sentence and exit code 2."""
    taken = tmp_path / "taken"
    taken.write_bytes(b"")
    catalogue = tmp_path / "tracks.jsonl"
    catalogue.write_text("".join(f'{{"artist": "a", "title": "t", "track": {track}}}\n' for track in range(50)))
    assert main(["collect", "--catalogue", str(catalogue), "--folder", str(taken)]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["leaderboard", "novelty", "ablation"])
def test_a_page_says_how_it_was_made(command: str) -> None:
    """What to type again names what was chosen, and files without their folders."""
    parser = argparse.ArgumentParser()
    import_module(f"simulator.commands.{command}").add_options(parser)
    options = parser.parse_args(["--world", "dot", "--episodes", "7", "--catalogue", "/somewhere/tracks.jsonl"])
    chosen = "--world dot --catalogue tracks.jsonl --episodes 7 --collect 40000 --world-seed 0"
    assert command_line(command, options) == f"python -m simulator {command} {chosen}"
