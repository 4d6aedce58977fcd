"""Every command of ``segue``: help, bad files, Ctrl-C, and what a program reads."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cli.__main__ import main
from cli.commands import COMMANDS
from simulator.__main__ import parser_of
from tests.service import ROOT, environment

# Each command that reads a file, with FILE where the bad one stands.
READERS = {
    "verify": ["FILE"],
    "preprocess a catalogue": ["--catalogue", "FILE", "--log", "{events}", "--artifacts", "{folder}/artifacts"],
    "preprocess a log": ["--catalogue", "{tracks}", "--log", "FILE", "--artifacts", "{folder}/artifacts"],
    "learn": ["--catalogue", "{tracks}", "--log", "FILE", "--artifacts", "{folder}/artifacts"],
    "report": ["FILE"],
    "report with a catalogue": ["{events}", "--catalogue", "FILE"],
    "report with a log before": ["{events}", "--before", "FILE"],
    "plan": ["--effect", "2", "--log", "FILE"],
    "interleaving": ["FILE"],
    "evaluate-offline": ["--log", "FILE", "--artifacts", "{folder}/artifacts", "--chain", "segue"],
    "evaluate-offline with artifacts": ["--log", "{events}", "--artifacts", "FILE", "--chain", "segue"],
    "simulator a catalogue": ["run", "--episodes", "10", "--catalogue", "FILE"],
    "simulator listeners": ["run", "--episodes", "10", "--catalogue", "{tracks}", "--listeners", "FILE"],
    "simulator embeddings": ["run", "--episodes", "10", "--catalogue", "{tracks}", "--embeddings", "FILE"],
    "simulator artifacts": ["run", "--episodes", "10", "--catalogue", "{tracks}", "--artifacts", "FILE"],
    "simulator leaderboard": ["leaderboard", "--catalogue", "FILE", "--out", "{folder}"],
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample, and its log many times over in one file."""
    folder = tmp_path_factory.mktemp("sample")
    assert main(["sample", "--folder", str(folder), "--tracks", "200", "--users", "50", "--playbacks", "5000"]) == 0
    (folder / "big.jsonl").write_bytes((folder / "events.jsonl").read_bytes() * 150)
    return folder


def filled(arguments: list[str], folder: Path, sample: Path, bad: Path | None = None) -> list[str]:
    """Return a command line with its files filled in."""
    names = {"tracks": sample / "tracks.jsonl", "events": sample / "events.jsonl", "folder": folder}
    return [str(bad) if part == "FILE" else part.format_map(names) for part in arguments]


def missing(folder: Path) -> Path:
    """Return a file that is not there."""
    return folder / "missing.jsonl"


def unreadable(folder: Path) -> Path:
    """Return a file that cannot be read, not even by root: nothing is mapped where it begins."""
    if sys.platform != "linux":
        pytest.skip("a file that root cannot read is Linux's own")
    file = folder / "unreadable.jsonl"
    file.symlink_to("/proc/self/mem")
    return file


def wrong(folder: Path) -> Path:
    """Return a picture that is named like a log."""
    file = folder / "wrong.jsonl"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return file


@pytest.mark.parametrize("bad", [missing, unreadable, wrong])
@pytest.mark.parametrize("reader", READERS)
def test_a_bad_file_is_one_sentence(
    reader: str,
    bad: Callable[[Path], Path],
    tmp_path: Path,
    sample: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The status is 2, the last line on standard error says why, nothing stands on standard output or is left."""
    monkeypatch.chdir(ROOT)
    file = bad(tmp_path)
    before = {*tmp_path.iterdir(), tmp_path / "artifacts"}
    code = main([reader.split()[0], *filled(READERS[reader], tmp_path, sample, file)])
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    *progress, sentence = told.err.splitlines()
    assert all(re.search(r"\d s(,|$)| learn: ", line) for line in progress)  # a line for each thing done
    assert "Traceback" not in told.err
    assert len(sentence) > 20
    assert not list((tmp_path / "artifacts").glob("[!.]*"))
    assert set(tmp_path.iterdir()) <= before


@pytest.mark.parametrize("command", ["serve", "doctor"])
@pytest.mark.parametrize("bad", [missing, unreadable, wrong])
def test_bad_settings_are_one_sentence(
    command: str,
    bad: Callable[[Path], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A settings file that cannot be used is named: it stops a start with 2, and the doctor finds it with 1."""
    file = bad(tmp_path)
    monkeypatch.setenv("SEGUE_SETTINGS", str(file))
    code = main([command])
    told = capsys.readouterr()
    (sentence,) = (told.err + told.out).splitlines()
    assert (code, file.name in sentence) == ({"serve": 2, "doctor": 1}[command], True)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command's help begins with its own name and ends with an example of it."""
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    text = capsys.readouterr().out
    assert text.startswith(f"usage: segue {command} ")
    assert re.search(rf"segue {command}\b", text[text.index("example") :])


@pytest.mark.parametrize("command", ["run", "collect", "claim", "leaderboard", "novelty", "loop", "ablation"])
def test_the_simulators_examples_can_be_given(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The example that the help of a simulator's command ends with is a command line that it takes."""
    with pytest.raises(SystemExit, match="0"):
        main(["simulator", command, "--help"])
    text = " ".join(capsys.readouterr().out.split())
    example = text[text.index("example: segue simulator ") :].removeprefix("example: segue simulator ").split()
    assert example[0] == command
    parser_of("segue simulator").parse_args(example)


def test_the_family_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command all are listed; an unknown one is answered with the nearest."""
    assert main([]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in COMMANDS)
    assert main(["repotr"]) == 2
    assert capsys.readouterr().err == "segue: there is no command 'repotr'; did you mean 'report'?\n"


def test_a_program_reads_json(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json standard output is one JSON document and nothing else."""
    log = tmp_path / "log"
    log.mkdir()
    (log / "events-20261124T120000Z-1-000000.0000.jsonl").write_text('{"seq": 1}\n{"seq": 3}\n')
    assert main(["verify", str(log), "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["events"], found["first"], found["last"]) == (2, 1, 3)
    assert len(found["faults"]) == 1
    assert main(["plan", "--effect", "5", "--log", str(sample / "events.jsonl"), "--json"]) == 0
    plans = {each["metric"]: each for each in json.loads(capsys.readouterr().out)}
    assert plans["mean_time_per_session"]["users"] > 0


def opened(process: subprocess.Popen[str], start: Path) -> bool:
    """Return whether a process has a file open, or mapped, whose path begins so."""
    folder = Path(f"/proc/{process.pid}")
    try:
        return any(str(link.readlink()).startswith(str(start)) for link in (folder / "fd").iterdir()) or (
            str(start) in (folder / "maps").read_text()
        )
    except OSError:
        return False  # it closed one just now


# What is interrupted as soon as it has the file open, and what it says.
INTERRUPTED = {
    "preprocess": (["--catalogue", "{tracks}", "--log", "FILE", "--artifacts", "{folder}/artifacts"], "as they were"),
    "learn": (["--catalogue", "{tracks}", "--log", "FILE", "--artifacts", "{folder}/artifacts"], "as they were"),
    "report": (["FILE", "--html", "{folder}/report.html"], "segue: stopped"),
    "plan": (["--effect", "2", "--log", "FILE"], "segue: stopped"),
    "interleaving": (["FILE"], "segue: stopped"),
    "evaluate-offline": (["--log", "FILE", "--artifacts", "{folder}", "--chain", "segue"], "segue: stopped"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has open is read from Linux's /proc")
@pytest.mark.parametrize("command", INTERRUPTED)
def test_ctrl_c_is_one_sentence(command: str, tmp_path: Path, sample: Path) -> None:
    """A command that is interrupted while it reads ends with 130 and a sentence, and leaves nothing half done."""
    arguments, sentence = INTERRUPTED[command]
    big = sample / "big.jsonl"
    code, told = interrupted([command, *filled(arguments, tmp_path, sample, big)], tmp_path, big)
    assert code == 130, told
    assert told.splitlines()[-1].endswith(sentence)
    assert "Traceback" not in told
    assert not list(tmp_path.rglob("manifest.json"))
    assert not (tmp_path / "report.html").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has open is read from Linux's /proc")
def test_ctrl_c_leaves_no_half_sample(tmp_path: Path) -> None:
    """A sample that is interrupted while it is written is not there; what was there before stays."""
    (tmp_path / "events.jsonl").write_text("before")
    arguments = ["sample", "--folder", str(tmp_path), "--playbacks", "3000000", "--users", "20000"]
    code, told = interrupted(arguments, tmp_path, tmp_path / ".events.jsonl")
    assert (code, told) == (130, "segue: stopped\n")
    assert (tmp_path / "events.jsonl").read_text() == "before"
    assert {file.name for file in tmp_path.iterdir()} == {"tracks.jsonl", "events.jsonl"}


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has open is read from Linux's /proc")
def test_ctrl_c_keeps_what_was_simulated(tmp_path: Path) -> None:
    """An interrupted run ends with 130 and a sentence; the lines of its log are whole."""
    arguments = ["simulator", "collect", "--folder", str(tmp_path), "--episodes", "1000000"]
    code, told = interrupted(arguments, tmp_path, tmp_path)
    assert code == 130, told
    assert told.splitlines()[-1] == "simulator: stopped; a log keeps what was done"
    assert "Traceback" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has open is read from Linux's /proc")
def test_ctrl_c_leaves_no_worker(tmp_path: Path) -> None:
    """Whoever is impatient and presses Ctrl-C twice leaves no process behind that simulates on."""
    arguments = ["simulator", "collect", "--folder", str(tmp_path), "--episodes", "1000000", "--workers", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=environment(tmp_path, tmp_path),
        stderr=subprocess.DEVNULL,
    ) as process:
        until_s = time.monotonic() + 60
        workers: list[psutil.Process] = []
        while sum(worker.cpu_times().user > 1 for worker in workers) < 2 and time.monotonic() < until_s:
            time.sleep(0.01)
            workers = psutil.Process(process.pid).children()
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
    assert process.returncode in (130, -signal.SIGINT)  # which a shell calls 130, too
    assert len(workers) == 3  # two, and one that keeps their locks
    assert not any(worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE for worker in workers)


def interrupted(arguments: list[str], folder: Path, start: Path) -> tuple[int, str]:
    """Return the status and the complaints of a command that Ctrl-C meets once it has a file open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=environment(folder, folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until_s = time.monotonic() + 60
    while not opened(process, start) and process.poll() is None and time.monotonic() < until_s:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    return process.returncode, told
