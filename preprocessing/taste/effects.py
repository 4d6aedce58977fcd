"""What moves the fraction listened: a logistic model with shrunk effects of users and artists.

fraction / fatigue = expit(sharpness_u * (intercept + similarity * <x_first, x_a> + same * [a is first]
+ effect_a - demand_u))
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from preprocessing.runs import starts_of
from preprocessing.taste.playbacks import Floats, Numbers, Playbacks, Rows

SWEEPS = 8  # the slopes then move by less than a hundredth: docs/decisions/0065-few-products.md
USERS_SWEEPS = 4  # where only users' own numbers move
# Precisions on the scale of the logit. Artists' is large: a log that a recommender made shows most artists to those
# only who like them, and their effects would take for themselves what similarity explains.
DEMAND_PRIOR, ARTIST_PRIOR, SHARPNESS_PRIOR = 0.3, 150.0, 30.0
LEAST_WEIGHT = 0.02  # of a playback in a sweep: where the model is sure, its curvature alone would make steps wild
SHARPNESS_BOUNDS = (0.4, 2.5)


@dataclass(slots=True)
class Effects:
    """The model's parameters."""

    slopes: Floats  # (3,): intercept, similarity, same artist
    artist: Floats  # (n_artists,)
    demand: Floats  # (n_users,), how much more it takes to please the user
    sharpness: Floats  # (n_users,), how sure the user is of what they want; 1 is usual

    @property
    def is_finite(self) -> bool:
        """Whether every number is one."""
        return all(np.isfinite(part).all() for part in (self.slopes, self.artist, self.demand, self.sharpness))


def fit_effects(playbacks: Playbacks, similarity: Numbers, left: Floats, n_artists: int, n_users: int) -> Effects:
    """Return the effects with the highest posterior, by Newton's steps over one block after the other.

    Args:
        playbacks: Of the log, those of a user together.
        similarity: Of each playback's artist to the session's first, shape (n,). It must come from vectors that these
            playbacks had no part in; the fit takes it at its word.
        left: What fatigue leaves, by times heard.
        n_artists: Number of artists.
        n_users: Number of users.

    Source: iteratively reweighted least squares, McCullagh and Nelder (1989), for a fraction: quasi-likelihood,
    Papke and Wooldridge (1996).
    """
    aim, like, same = aims(playbacks, left), _similarity_of_others(playbacks, similarity), _is_first(playbacks)
    artist, users = playbacks.artist, _Users.of(playbacks.user)
    effects = Effects(np.array([-1.0, 0.0, 0.0]), np.zeros(n_artists), np.zeros(n_users), np.ones(n_users))
    for _ in range(SWEEPS):
        appeal = _appeal(effects, playbacks, like, same)
        _move_slopes_and_demand(effects, users, users.step(effects, appeal, aim), like, same)
        appeal = _appeal(effects, playbacks, like, same)
        step = users.step(effects, appeal, aim)
        _move_artists(effects, users, step, artist)
        users.move_sharpness(effects, step)
    return effects


def fit_users(effects: Effects, playbacks: Playbacks, similarity: Numbers, left: Floats) -> None:
    """Fit the demand and sharpness of the playbacks' users to effects that were learned from others.

    Args:
        effects: Learned; of these users nothing is known yet.
        playbacks: Of these users, all of them, those of a user together.
        similarity: Of each playback's artist to the session's first, shape (n,).
        left: What fatigue leaves, by times heard.
    """
    aim, users = aims(playbacks, left), _Users.of(playbacks.user)
    appeal = _appeal(effects, playbacks, _similarity_of_others(playbacks, similarity), _is_first(playbacks))
    effects.demand[users.row], effects.sharpness[users.row] = 0, 1
    for _ in range(USERS_SWEEPS):
        users.move_demand(effects, users.step(effects, appeal, aim))
        users.move_sharpness(effects, users.step(effects, appeal, aim))


def expected(effects: Effects, playbacks: Playbacks, similarity: Numbers) -> Floats:
    """Return the fraction that a fresh artist would be heard to, for each playback, shape (n,)."""
    appeal = _appeal(effects, playbacks, _similarity_of_others(playbacks, similarity), _is_first(playbacks))
    return expit(effects.sharpness[playbacks.user] * (appeal - effects.demand[playbacks.user]))


def aims(playbacks: Playbacks, left: Floats) -> Numbers:
    """Return each fraction as it would have been without fatigue, 0 to 1, shape (n,)."""
    tired = left.astype(np.float32)[np.minimum(playbacks.times_heard, len(left) - 1)]
    answer: Numbers = np.clip(playbacks.fraction / tired, np.float32(0), np.float32(1))
    return answer


def _is_first(playbacks: Playbacks) -> Numbers:
    """Return 1 for the artist that the session began with, else 0, shape (n,)."""
    first: Numbers = (playbacks.artist == playbacks.first_artist).astype(np.float32)
    return first


def _similarity_of_others(playbacks: Playbacks, similarity: Numbers) -> Numbers:
    """Return the similarity, 0 for the artist that the session began with, shape (n,)."""
    return np.where(playbacks.artist == playbacks.first_artist, np.float32(0), similarity)


def _appeal(effects: Effects, playbacks: Playbacks, like: Numbers, same: Numbers) -> Numbers:
    """Return the logit of each playback without what is the user's own, shape (n,)."""
    intercept, slope, of_same = effects.slopes.astype(np.float32)
    answer: Numbers = (effects.artist.astype(np.float32) + intercept).take(playbacks.artist)
    answer += slope * like
    answer += of_same * same
    return answer


@dataclass(frozen=True, slots=True)
class _Step:
    """What Newton's step over any of the parameters is summed of, by playback."""

    inner: Numbers  # (n,), the logit without the user's sharpness
    curvature: Numbers  # (n,), along the logit
    error: Numbers  # (n,), what the fraction is beyond what is expected


@dataclass(frozen=True, slots=True)
class _Users:
    """Whose the playbacks are: those of a user stand together, so that sums are of neighbours."""

    row: Rows  # (k,), of each user who has any
    starts: NDArray[np.intp]  # (k,)
    counts: NDArray[np.intp]  # (k,)

    @classmethod
    def of(cls, user: Rows) -> _Users:
        starts = starts_of(user)
        return cls(user[starts], starts, np.diff(starts, append=len(user)))

    def step(self, effects: Effects, appeal: Numbers, aim: Numbers) -> _Step:
        """Return what the fit finds at the effects that it has."""
        inner = appeal - self.spread(effects.demand[self.row])
        # expit(x) is (1 + tanh(x / 2)) / 2, and of single numbers NumPy's tanh is several times as fast.
        turn = np.tanh(inner * self.spread(effects.sharpness[self.row] / 2))
        curvature = np.maximum((1 - turn * turn) / 4, np.float32(LEAST_WEIGHT))
        turn += 1
        turn /= 2
        return _Step(inner, curvature, np.subtract(aim, turn, out=turn))

    def spread(self, numbers: Floats) -> Numbers:
        """Return each user's number for each of the playbacks."""
        return np.repeat(numbers.astype(np.float32), self.counts)

    def sums(self, values: Numbers) -> Floats:
        """Return each user's sum."""
        return np.add.reduceat(values, self.starts).astype(np.float64)

    def move_demand(self, effects: Effects, step: _Step) -> None:
        """Move the demand to where it is best while all else stays."""
        sharpness, demand = effects.sharpness[self.row], effects.demand[self.row]
        weight = sharpness**2 * self.sums(step.curvature)
        effects.demand[self.row] = (demand * weight - sharpness * self.sums(step.error)) / (weight + DEMAND_PRIOR)

    def move_sharpness(self, effects: Effects, step: _Step) -> None:
        """Move the sharpness by a step: the logit is sharpness times ``inner``."""
        sharpness = effects.sharpness[self.row]
        total = self.sums(step.inner**2 * step.curvature) + SHARPNESS_PRIOR
        moved = self.sums(step.inner * step.error) + SHARPNESS_PRIOR * (1 - sharpness)
        effects.sharpness[self.row] = np.clip(sharpness + moved / total, *SHARPNESS_BOUNDS)


def _move_slopes_and_demand(effects: Effects, users: _Users, step: _Step, like: Numbers, same: Numbers) -> None:
    """Make one Newton step over both together: the mean demand and the intercept, one by one, crawl."""
    sharpness, demand = effects.sharpness[users.row], effects.demand[users.row]
    weighted = step.curvature * like
    sums = sharpness**2 * np.stack([users.sums(of) for of in (step.curvature, weighted, step.curvature * same)])
    total = sums[0] + DEMAND_PRIOR
    pull = sharpness * np.stack([users.sums(of) for of in (step.error, step.error * like, step.error * same)])
    # What demand would become if the slopes stayed; it then takes up what they move, so only the rest counts for them.
    alone = (demand * sums[0] - pull[0]) / total
    intercept, of_like, of_same = sums.sum(axis=1)
    squares = float(sharpness**2 @ users.sums(weighted * like))
    gram = np.array([[intercept, of_like, of_same], [of_like, squares, 0], [of_same, 0, of_same]])
    gram += 0.1 * np.eye(3) - (sums / total) @ sums.T
    moved = np.linalg.solve(gram, pull.sum(axis=1) + sums @ (alone - demand))
    effects.slopes = effects.slopes + moved
    effects.demand[users.row] = alone + moved @ sums / total


def _move_artists(effects: Effects, users: _Users, step: _Step, artist: Rows) -> None:
    """Move the artists' effects to where they are best while all else stays."""
    sharpness, n_artists = users.spread(effects.sharpness[users.row]), len(effects.artist)
    weight = np.bincount(artist, step.curvature * sharpness**2, n_artists)
    pull = np.bincount(artist, step.error * sharpness, n_artists)
    effects.artist = (effects.artist * weight + pull) / (weight + ARTIST_PRIOR)
