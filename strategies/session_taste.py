"""Session taste: what should please this listener now, by what the log teaches of artists and this session of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heapreplace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from preprocessing.artifacts import Artifacts, TasteNumbers
from strategies.artist_evidence import ArtistEvidence, gather_evidence
from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.taste_posterior import Doubts, expected_fractions


class SessionTasteConfig(StrategyConfig):
    """Parameters of *session taste*; variances are on the scale of the logit, and tuned on generated worlds."""

    near: int = Field(20, ge=1, le=10_000, description="Artists considered for the first artist's sake (artists).")
    company: int = Field(10, ge=0, le=10_000, description="And for that of every artist heard well (artists).")
    liked_from: float = Field(0.6, ge=0, le=1, description="A fraction listened from which an artist was heard well.")
    spare: int = Field(5, ge=0, le=1000, description="Candidates proposed beyond the queue asked for (tracks).")
    memory: int = Field(40, ge=1, le=1000, description="Artists whose playbacks count, the latest (artists).")
    taste_variance: float = Field(1.0, ge=0, description="Of what artists who go together share.")
    mood_variance: float = Field(0.5, ge=0, description="Of what all artists share in one session.")
    artist_variance: float = Field(2.0, ge=0, description="Of what is an artist's own.")
    track_variance: float = Field(1.0, gt=0, description="Of what is a track's own.")


class SessionTaste:
    """Propose the tracks with the highest expected fraction: the likeliest artists, an artist again when still best.

    Artists are a Gaussian process: before the session an artist's logit is what the model expects after the first
    artist, and what is heard of one artist moves those who go together with it.

    Source: Rasmussen and Williams (2006), chapter 2, for the posterior; MacKay (1992) for expecting under doubt.
    """

    name: ClassVar[str] = "session_taste"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = SessionTasteConfig

    def __init__(self, config: SessionTasteConfig) -> None:
        self._config = config
        self._doubts = Doubts(
            config.taste_variance, config.mood_variance, config.artist_variance, config.track_variance
        )

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with tracks of the artists that should please at its end."""
        artifacts, numbers = query.artifacts, query.artifacts.manifest.taste
        if query.anchor is None or numbers is None:
            return slate
        first = int(artifacts.track_artist[query.anchor])
        evidence = gather_evidence(query, numbers)
        artists = self._candidates(artifacts, first, evidence)
        heard = list(evidence.by_artist.values())
        fresh = expected_fractions(
            artifacts, numbers, query.user, first, artists, heard[: self._config.memory], self._doubts
        )
        times_heard = [len(fractions) for fractions in heard]
        tracks = _best_tracks(query, numbers, artists, fresh, times_heard, query.wanted + self._config.spare)
        return slate.followed_by(tracks, self.name)

    def _candidates(self, artifacts: Artifacts, first: int, evidence: ArtistEvidence) -> list[int]:
        """Return the artists considered, each once: those heard, latest first, then who goes together with them."""
        config, kin = self._config, artifacts.artist_kin
        chosen = dict.fromkeys(evidence.by_artist)
        chosen.update(dict.fromkeys(kin[first, : config.near].tolist()))
        chosen.update(dict.fromkeys(kin[evidence.heard_well(config.liked_from), : config.company].ravel().tolist()))
        chosen.pop(-1, None)
        return list(chosen)


def _best_tracks(
    query: Query,
    numbers: TasteNumbers,
    artists: Sequence[int],
    fresh: NDArray[np.float32],
    times_heard: Sequence[int],
    wanted: int,
) -> list[int]:
    """Return tracks in the order of their expected fractions; each one taken tires the artist for the next."""
    left = numbers.fatigue
    last = len(left) - 1
    heard = len(times_heard)
    values = fresh.copy()
    values[:heard] *= [left[min(times, last)] for times in times_heard]
    # The first so many tracks are by the first so many artists at most.
    best = np.argsort(-values, kind="stable")[:wanted].tolist()
    queue = [(-float(values[place]), place, times_heard[place] if place < heard else 0) for place in best]
    heapify(queue)
    rest: dict[int, Iterator[int]] = {}
    tracks: list[int] = []
    while queue and len(tracks) < wanted:
        _, place, times = queue[0]
        if place not in rest:
            rest[place] = _tracks_of(query, artists[place])
        track = next(rest[place], None)
        if track is None:
            heappop(queue)  # all of the artist's tracks are in the queue, heard or disliked
            continue
        tracks.append(track)
        heapreplace(queue, (-float(fresh[place]) * left[min(times + 1, last)], place, times + 1))
    return tracks


def _tracks_of(query: Query, artist: int) -> Iterator[int]:
    """Yield an artist's tracks that may be answered, those that people listen to longest first."""
    for track in query.artifacts.artist_tracks.row(artist):
        if track not in query.excluded:
            yield track
