"""Learn the taste model from a log, or say why it cannot be learned."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.artifacts.manifest import TasteNumbers
from preprocessing.taste.company import ties_of_openings, ties_of_playbacks
from preprocessing.taste.effects import aims, expected, fit_effects
from preprocessing.taste.fatigue import fatigue
from preprocessing.taste.kin import nearest_artists
from preprocessing.taste.playbacks import Floats, Numbers, in_parts
from preprocessing.taste.sample import fit_others, learners
from preprocessing.taste.trust import trusted

logger = logging.getLogger(__name__)
FOLDS = 4
FEWEST = 200  # playbacks that anything can be learned from

Columns = dict[str, NDArray[np.float32] | NDArray[np.int32]]
Advance = Callable[[int, int], None]  # is told of rows and bytes that are done


@dataclass(frozen=True, slots=True)
class Learned:
    """The columns of the artifacts, and the numbers of the manifest; None: nothing could be learned."""

    columns: Columns
    numbers: TasteNumbers | None


def learn_taste(
    events: pl.DataFrame,
    track_artist: NDArray[np.int32],
    n_artists: int,
    n_users: int,
    *,
    dimension: int,
    kin: int,
    most: int,
    advance: Advance,
) -> Learned:
    """Return the taste model of a log.

    Of a log of more than ``most`` playbacks, it is learned from users of so many; what belongs to one user alone is
    then fitted for each of the others to what was learned.

    The similarities that the effects are fitted to come from vectors of the other half of the users: vectors agree
    too well with the playbacks that they were made from, and the model would trust them too much.

    Args:
        events: The log in sessions, see ``with_sessions``.
        track_artist: Artist row of each track, shape (n_tracks,).
        n_artists: Number of artists.
        n_users: Number of users.
        dimension: Of the vectors, at most.
        kin: Nearest artists kept per artist.
        most: Playbacks that are learned from, at most.
        advance: Is told of the progress.
    """
    learned_from = learners(events, n_users, most)
    sample = events.filter(pl.lit(pl.Series(learned_from)).gather("user_idx"))
    # Artists are numbered by playbacks meanwhile: who is asked for often then stands together, in the cache.
    rank = _ranks(sample["track_idx"].to_numpy(), track_artist, n_artists)
    track_artist = rank[track_artist]
    openings, playbacks = in_parts(sample, track_artist)
    del sample
    if len(playbacks) < FEWEST:
        return _nothing(n_artists, n_users, kin, f"the log has {len(playbacks)} playbacks after a first track")
    if not playbacks.fraction.std() > 0:
        return _nothing(n_artists, n_users, kin, "all playbacks of the log were heard to the same fraction")
    left = fatigue(openings, playbacks)
    fold = np.random.default_rng(0).integers(0, FOLDS, n_users).astype(np.int32)
    known = trusted(ties_of_openings(openings), ties_of_playbacks(playbacks), fold, n_artists, dimension)
    advance(len(playbacks), 0)
    similarity = np.zeros(len(playbacks), np.float32)
    similarity[playbacks.artist != playbacks.first_artist] = known.similarity
    effects = fit_effects(playbacks, similarity, left, n_artists, n_users)
    mean = expected(effects, playbacks, similarity)
    aim = aims(playbacks, left)
    loss, plain = _log_loss(aim, mean), _log_loss(aim, np.full(len(aim), aim.mean(dtype=np.float64)))
    if not effects.is_finite or not loss <= plain:
        return _nothing(
            n_artists, n_users, kin, f"the fit diverged (log loss {loss:.4f}, of the mean alone {plain:.4f})"
        )
    if not learned_from.all():
        fit_others(effects, events, learned_from, track_artist, known.vectors, left)
    intercept, slope, same = (float(value) for value in effects.slopes)
    slope = max(slope, 0.0)
    vectors, artist_effect = known.vectors[rank], (intercept + effects.artist).astype(np.float32)[rank]
    columns: Columns = {
        "artist_vectors": vectors,
        "artist_effect": artist_effect,
        "artist_kin": nearest_artists(vectors, slope, artist_effect, kin),
        "user_demand": effects.demand.astype(np.float32),
        "user_sharpness": effects.sharpness.astype(np.float32),
    }
    numbers = TasteNumbers(
        similarity=slope, same_artist=same, fatigue=left.tolist(), log_loss=loss, mean_log_loss=plain
    )
    return Learned(columns, numbers)


def _ranks(tracks: NDArray[np.int32], track_artist: NDArray[np.int32], n_artists: int) -> NDArray[np.int32]:
    """Return each artist's place among all, those of the most of these tracks first."""
    rank = np.empty(n_artists, np.int32)
    rank[np.argsort(-np.bincount(track_artist[tracks], minlength=n_artists), kind="stable")] = np.arange(n_artists)
    return rank


def _log_loss(aim: Numbers, mean: Floats) -> float:
    sure = np.clip(mean, 1e-9, 1 - 1e-9)
    return float(-(aim * np.log(sure) + (1 - aim) * np.log(1 - sure)).mean())


def _nothing(n_artists: int, n_users: int, kin: int, why: str) -> Learned:
    logger.warning("no taste model is made, and chains do without: %s", why)
    columns: Columns = {
        "artist_vectors": np.zeros((n_artists, 1), np.float32),
        "artist_effect": np.zeros(n_artists, np.float32),
        "artist_kin": np.full((n_artists, kin), -1, np.int32),
        "user_demand": np.zeros(n_users, np.float32),
        "user_sharpness": np.ones(n_users, np.float32),
    }
    return Learned(columns, None)
