"""Whatever is in a log, and in whatever order, the pipeline does the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preprocessing.artifacts import Artifacts
from preprocessing.errors import InputError

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
ToLines = Callable[[Sequence[Row | bytes]], bytes]

# Each example writes and reads a whole version; the fixtures hold no state between examples.
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)

rows = st.fixed_dictionaries(
    {
        "message": st.sampled_from(["next", "next", "last"]),
        "timestamp": st.integers(0, 5000).map(lambda at_s: 1_700_000_000_000 + at_s * 1000),
        "user": st.integers(1, 4),
        "track": st.sampled_from([10, 11, 20, 21, 30]),
        "time": st.integers(0, 100).map(lambda percent: percent / 100),
    },
    optional={"session": st.sampled_from(["x", "y"]), "position": st.integers(0, 3), "request": st.sampled_from("rs")},
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def contents(artifacts: Artifacts) -> dict[str, str]:
    """Return the checksum of every file."""
    return {name: file.sha256 for name, file in artifacts.manifest.files.items()}


@FEW
@given(log=st.lists(rows, min_size=1, max_size=40), shuffle=st.integers(), cut=st.integers(0, 40))
def test_neither_order_nor_split_matters(
    preprocess: Preprocess,
    to_lines: ToLines,
    tmp_path_factory: pytest.TempPathFactory,
    log: list[Row],
    shuffle: int,
    cut: int,
) -> None:
    """A shuffled log in two files gives the very bytes of the ordered one."""
    mixed = random.Random(shuffle).sample(log, len(log))
    folder: Path = tmp_path_factory.mktemp("split")
    (folder / "1.jsonl").write_bytes(to_lines(mixed[:cut]))
    (folder / "2.jsonl").write_bytes(to_lines(mixed[cut:]))
    one, two = preprocess(log), preprocess(folder)
    assert contents(one) == contents(two)
    assert one.manifest.dropped == two.manifest.dropped


@FEW
@given(
    log=st.lists(
        rows.map(lambda row: json.dumps(row).encode())
        | st.tuples(rows, st.sampled_from(["user", "track", "time", "message", "timestamp"]), json_values).map(
            lambda parts: json.dumps(parts[0] | {parts[1]: parts[2]}).encode()
        )
        | json_values.map(lambda value: json.dumps(value).encode())
        | st.binary(max_size=30).map(lambda junk: junk.replace(b"\n", b"").replace(b"\r", b"")),
        max_size=20,
    )
)
def test_every_row_is_kept_or_counted_once(preprocess: Preprocess, log: list[bytes]) -> None:
    """However a log is mangled, rows kept and rows dropped add up to its lines that are not blank."""
    try:
        artifacts = preprocess(log)
    except InputError as error:
        assert str(error).startswith(("no row of the log", "no line of the log"))  # noqa: PT017 - nothing in it can be used
        return
    filled = sum(bool(line.decode(errors="replace").strip()) for line in log)
    assert artifacts.manifest.counts.events + sum(artifacts.manifest.dropped.values()) == filled


@FEW
@given(log=st.lists(rows, min_size=1, max_size=40))
def test_lists_obey_their_rules(preprocess: Preprocess, log: list[Row]) -> None:
    """Personal lists are short, without repeats and dislikes; popularity and artists hold every track once."""
    artifacts = preprocess(log, indexed_length=3)
    for user in range(artifacts.n_users):
        tracks = artifacts.user_indexed.row(user)
        assert len(tracks) == len(set(tracks)) <= 3
        assert not set(tracks) & set(artifacts.user_disliked.row(user))
        assert user not in artifacts.similar_users[user]
    assert sorted(artifacts.popular_tracks.tolist()) == sorted(artifacts.artist_tracks.values.tolist()) == [*range(5)]
    assert all(track not in near for track, near in enumerate(artifacts.track_neighbours.tolist()))
    assert 0 <= artifacts.track_appeal.min() <= artifacts.track_appeal.max() <= 1
