"""A large log is learned from up to a time that stays for a while, and what was learned is found again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from preprocessing import settled
from preprocessing.__main__ import main
from preprocessing.artifacts import Artifacts, load
from preprocessing.parameters import Parameters
from preprocessing.settled import settled_size

Row = dict[str, Any]
Log = Callable[[int], None]
DAY_S = 86_400
FROM, GROWTH = 800, 0.5


@pytest.mark.parametrize(("n", "size"), [(800, 800), (1199, 800), (1200, 1200), (1799, 1200), (1800, 1800)])
def test_the_size_grows_by_steps(n: int, size: int) -> None:
    """What taste is learned from, 800, and a half more each time: 1200, 1800."""
    assert settled_size(n, Parameters(taste_playbacks=FROM, settled_growth=GROWTH)) == size


@pytest.fixture
def grow(
    tmp_path: Path,
    make_event: Callable[..., Row],
    to_lines: Callable[[Sequence[Row | bytes]], bytes],
    catalogue_rows: list[Row],
) -> Log:
    """A log of no day yet; each call adds a day of so many playbacks by thirty users, and one by a user of its own."""
    (tmp_path / "tracks.jsonl").write_bytes(to_lines(catalogue_rows))
    (tmp_path / "log").mkdir()
    rng = Random(3)

    def add(playbacks: int) -> None:
        day = len(list((tmp_path / "log").iterdir()))
        rows: list[Row | bytes] = [
            make_event(rng.randrange(30), rng.choice([10, 11, 20, 21, 30]), rng.random(), day * DAY_S + n * 60)
            for n in range(playbacks - 1)
        ]
        rows.append(make_event(-day, 10, 1.0, day * DAY_S + playbacks * 60))
        (tmp_path / "log" / f"{day}.jsonl").write_bytes(to_lines(rows))

    return add


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many playbacks were learned from, each time that something is learned."""
    sizes: list[int] = []
    from_all_events = settled.from_all_events

    def noted(events: Any, *rest: Any) -> Any:  # noqa: ANN401 - handed on as they are
        sizes.append(len(events))
        return from_all_events(events, *rest)

    monkeypatch.setattr(settled, "from_all_events", noted)
    return sizes


def run(root: Path, artifacts: str, *options: str) -> Artifacts:
    """Preprocess what the log holds by now."""
    arguments = ["--catalogue", str(root / "tracks.jsonl"), "--log", str(root / "log")]
    arguments += ["--taste-playbacks", str(FROM), "--settled-growth", str(GROWTH)]
    assert main([*arguments, "--artifacts", str(root / artifacts), *options]) == 0
    return load(root / artifacts)


def test_one_more_day_learns_nothing_and_is_equal_to_a_run_anew(tmp_path: Path, grow: Log, learned: list[int]) -> None:
    """850 playbacks are learned from up to the 800th; with 100 more that is found again, and every file is the same."""
    grow(850)
    run(tmp_path, "artifacts")
    grow(100)
    grown = run(tmp_path, "artifacts")
    assert learned == [800]
    assert run(tmp_path, "anew").manifest.files == grown.manifest.files
    assert learned == [800, 800]


def test_a_log_that_has_grown_is_learned_from_anew(tmp_path: Path, grow: Log, learned: list[int]) -> None:
    """With 600 playbacks all are learned from, with 1000 the first 800, with 1400 the first 1200."""
    for playbacks in (600, 400, 400):
        grow(playbacks)
        run(tmp_path, "artifacts")
    assert learned == [600, 800, 1200]


def test_who_came_since_is_unknown_to_what_was_learned(tmp_path: Path, grow: Log) -> None:
    """The user of the second day alone has no group and is usual; the others' groups are those of the first 800."""
    grow(800)
    before = run(tmp_path, "artifacts")
    grow(100)
    after = run(tmp_path, "artifacts")
    assert after.user_ids[0] == -1
    assert (after.user_group[0], after.user_demand[0], after.user_sharpness[0]) == (-1, 0, 1)
    assert np.array_equal(after.user_group[1:], before.user_group)
    assert np.array_equal(after.artist_factors, before.artist_factors)
    assert len(after.user_favourites) == len(before.user_favourites) + 1


def test_whatever_it_follows_from_is_noticed(tmp_path: Path, grow: Log, learned: list[int]) -> None:
    """Another parameter, an earlier day that comes late and a file in which a bit has flipped are learned from anew."""
    grow(850)
    whole = run(tmp_path, "artifacts")
    run(tmp_path, "artifacts", "--taste-dimension", "2")
    run(tmp_path, "artifacts")
    (kept,) = (tmp_path / "artifacts" / ".parts").glob("*.npz")
    damaged = bytearray(kept.read_bytes())
    damaged[len(damaged) // 3] ^= 1
    kept.write_bytes(damaged)
    assert run(tmp_path, "artifacts").manifest.files == whole.manifest.files
    first = tmp_path / "log" / "0.jsonl"
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[1:]))
    run(tmp_path, "artifacts")
    assert learned == [800] * 5


def test_nothing_is_kept_of_a_log_that_has_become_small(tmp_path: Path, grow: Log) -> None:
    """A log of 850 playbacks of which 700 go leaves no file of what was learned."""
    grow(150)
    grow(700)
    run(tmp_path, "artifacts")
    (kept,) = (tmp_path / "artifacts" / ".parts").glob("*.npz")
    assert kept.exists()
    (tmp_path / "log" / "1.jsonl").unlink()
    run(tmp_path, "artifacts")
    assert not kept.exists()
