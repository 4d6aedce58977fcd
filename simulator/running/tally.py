"""What is counted of each episode, and what is made of it per group: means, intervals, effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.running.lockstep import Round

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts per episode, one element each, and per group the tracks that were recommended."""

    groups: list[str]
    users: NDArray[np.int64]
    time: Floats  # sum of the fractions heard, the first track included
    tracks: NDArray[np.int64]
    skips: NDArray[np.int64]
    artists: NDArray[np.int64]  # different artists heard, the first track's included
    recommended: dict[str, NDArray[np.int64]]  # (n_tracks,), how often
    decisions: int
    deciding_s: float  # CPU time; 0 where the service is not in process

    @property
    def finished(self) -> int:
        """Number of episodes."""
        return len(self.groups)


class Counter:
    """Counts rounds."""

    def __init__(
        self, groups: Sequence[str], users: NDArray[np.int64], track_artist: NDArray[np.integer], skip_threshold: float
    ) -> None:
        self._groups, self._users, self._skip_threshold = list(groups), users, skip_threshold
        self._track_artist = track_artist
        n = len(groups)
        self.time = np.zeros(n)
        self._tracks, self._skips = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.ended = np.zeros(n, dtype=np.bool_)
        self._recommended = {group: np.zeros(len(track_artist), dtype=np.int64) for group in sorted(set(groups))}
        self._heard: set[tuple[int, int]] = set()  # (episode, artist)
        self.playbacks = 0

    def count(self, happened: Round) -> None:
        """Take a round into account."""
        rows = happened.rows
        self.time[rows] += happened.times
        self._tracks[rows] += 1
        self._skips[rows] += happened.times <= self._skip_threshold
        self.ended[rows] = happened.ended
        self.playbacks += len(rows)
        artists = self._track_artist[happened.tracks]
        self._heard.update(zip(rows.tolist(), artists.tolist(), strict=True))
        for row, track in zip(rows.tolist(), happened.answers.tracks, strict=True):
            if track is not None:
                self._recommended[self._groups[row]][track] += 1

    def tally(self, decisions: int = 0, deciding_s: float = 0.0) -> Tally:
        """Return the counts of the episodes that have ended."""
        ended = self.ended
        episodes = np.array([episode for episode, _ in self._heard], dtype=np.int64)
        return Tally(
            groups=[group for group, over in zip(self._groups, ended.tolist(), strict=True) if over],
            users=self._users[ended],
            time=self.time[ended],
            tracks=self._tracks[ended],
            skips=self._skips[ended],
            artists=np.bincount(episodes, minlength=len(ended))[ended],
            recommended=self._recommended,
            decisions=decisions,
            deciding_s=deciding_s,
        )


def together(tallies: Sequence[Tally]) -> Tally:
    """Return the tally of all episodes of some."""
    recommended: dict[str, NDArray[np.int64]] = {}
    for tally in tallies:
        for group, tracks in tally.recommended.items():
            recommended[group] = tracks + recommended[group] if group in recommended else tracks
    return Tally(
        groups=[group for tally in tallies for group in tally.groups],
        users=np.concatenate([tally.users for tally in tallies]),
        time=np.concatenate([tally.time for tally in tallies]),
        tracks=np.concatenate([tally.tracks for tally in tallies]),
        skips=np.concatenate([tally.skips for tally in tallies]),
        artists=np.concatenate([tally.artists for tally in tallies]),
        recommended=recommended,
        decisions=sum(tally.decisions for tally in tallies),
        deciding_s=sum(tally.deciding_s for tally in tallies),
    )
