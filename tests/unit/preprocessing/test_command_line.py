"""The command line: one sentence for what went wrong, and nothing half done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from preprocessing import __main__ as command
from preprocessing.artifacts import load
from preprocessing.sample.__main__ import main as make_sample

REPOSITORY = Path(__file__).parents[3]
REAL = Path(os.environ.get("REAL_DATA", REPOSITORY.parent / "shared" / "data" / "botify"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample at its default size."""
    folder = tmp_path_factory.mktemp("sample")
    assert make_sample(["--folder", str(folder)]) == 0
    return folder


def arguments(sample: Path, artifacts: Path, **changed: Path) -> list[str]:
    """Return the command line for a sample."""
    paths = {"catalogue": sample / "tracks.jsonl", "log": sample / "events.jsonl", "artifacts": artifacts} | changed
    return [part for name, path in paths.items() for part in (f"--{name}", str(path))]


def test_the_sample_is_what_it_promises(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """100,000 playbacks by 1,000 users of 5,000 tracks, all usable, with tracks 10 and 42 and user 7."""
    assert command.main(arguments(sample, tmp_path)) == 0
    artifacts = load(tmp_path)
    counts = artifacts.manifest.counts
    assert (counts.events, counts.users, counts.tracks) == (100_000, 1000, 5000)
    assert sum(artifacts.manifest.dropped.values()) == 0
    assert (artifacts.track_ids.find(10), artifacts.track_ids.find(42), artifacts.user_ids.find(7)) == (10, 42, 7)
    assert artifacts.user_indexed.row(7)
    output = capsys.readouterr()
    assert artifacts.manifest.version in output.out
    assert "100,000 rows" in output.err


def test_the_same_seed_gives_the_same_sample(sample: Path, tmp_path: Path) -> None:
    """The sample depends on its seed alone."""
    make_sample(["--folder", str(tmp_path / "same")])
    make_sample(["--folder", str(tmp_path / "other"), "--seed", "2"])
    events = (sample / "events.jsonl").read_bytes()
    assert (tmp_path / "same" / "events.jsonl").read_bytes() == events
    assert (tmp_path / "other" / "events.jsonl").read_bytes() != events


@pytest.mark.parametrize(("option", "least"), [("--seed", 0), ("--tracks", 1), ("--users", 1), ("--playbacks", 1)])
def test_a_sample_of_less_than_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, least: int
) -> None:
    """A negative number ends with what the option must be, before anything is written."""
    with pytest.raises(SystemExit, match="2"):
        make_sample(["--folder", str(tmp_path / "sample"), option, "-1"])
    assert f"argument {option}: must be {least} or more" in capsys.readouterr().err
    assert not (tmp_path / "sample").exists()


def test_the_samples_rows_have_every_field_of_a_real_log(sample: Path) -> None:
    """A reader of real logs reads the sample."""
    with (sample / "events.jsonl").open() as file:
        row = json.loads(next(file))
    assert [*row] == ["message", "timestamp", "user", "track", "time", "latency", "recommendation", "experiments"]


@pytest.mark.parametrize("name", ["catalogue", "log"])
def test_a_missing_file_is_one_sentence_and_code_2(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """What is missing is named, without a traceback."""
    assert command.main(arguments(sample, tmp_path, **{name: tmp_path / "none.jsonl"})) == 2
    error = capsys.readouterr().err
    assert "none.jsonl does not exist" in error
    assert "Traceback" not in error


def test_a_parameter_out_of_range_is_named(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The option is called what the user typed."""
    assert command.main([*arguments(sample, tmp_path), "--favourite-threshold", "2"]) == 2
    assert "--favourite-threshold" in capsys.readouterr().err


def test_a_log_in_percent_leaves_the_current_version(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log of which no row can be used ends with a sentence, and good artifacts stay current."""
    rows = [json.loads(line) for line in (sample / "events.jsonl").read_text().splitlines()[:20]]
    for name, unit in (("good", 1), ("percent", 100)):
        changed = [json.dumps(row | {"time": unit * (row["time"] or 0.5)}) for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(changed))
    artifacts = tmp_path / "artifacts"
    assert command.main(arguments(sample, artifacts, log=tmp_path / "good.jsonl")) == 0
    before = (artifacts / "current").resolve()
    assert command.main(arguments(sample, artifacts, log=tmp_path / "percent.jsonl")) == 2
    assert (artifacts / "current").resolve() == before
    assert "bad_time in 20 of 20 rows" in capsys.readouterr().err


def test_ctrl_c_leaves_the_current_version(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interrupted run says so and switches nothing."""
    assert command.main(arguments(sample, tmp_path)) == 0
    before = (tmp_path / "current").resolve()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "switch", interrupt)
    assert command.main(arguments(sample, tmp_path)) == command.INTERRUPTED
    assert (tmp_path / "current").resolve() == before
    assert "as they were" in capsys.readouterr().err


def test_serving_does_not_import_polars() -> None:
    """Whoever loads artifacts pays for NumPy only."""
    code = "import sys, preprocessing.artifacts; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data is not here; REAL_DATA can say where it is")
def test_a_real_log_is_read_whole(tmp_path: Path) -> None:
    """959 playbacks in 100 sessions of 100 users, none dropped."""
    assert command.main(arguments(REAL, tmp_path)) == 0
    manifest = load(tmp_path).manifest
    assert (manifest.counts.events, manifest.counts.sessions, manifest.counts.users) == (959, 100, 100)
    assert (manifest.counts.tracks, manifest.counts.artists) == (50_000, 11_464)
    assert sum(manifest.dropped.values()) == 0
