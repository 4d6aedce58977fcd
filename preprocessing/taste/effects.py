"""What moves the fraction listened: a logistic model with shrunk effects of users and artists.

fraction / fatigue = expit(sharpness_u * (intercept + similarity * <x_first, x_a> + same * [a is first]
+ effect_a - demand_u))
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from preprocessing.taste.playbacks import Floats, Playbacks, Rows

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


def fit_effects(playbacks: Playbacks, similarity: Floats, left: Floats, n_artists: int, n_users: int) -> Effects:
    """Return the effects with the highest posterior, by Newton's steps over one block after the other.

    Args:
        playbacks: Of the log.
        similarity: Of each playback's artist to the session's first, shape (n,). It must come from vectors that these
            playbacks had no part in; the fit takes it at its word.
        left: What fatigue leaves, by times heard.
        n_artists: Number of artists.
        n_users: Number of users.

    Source: iteratively reweighted least squares, McCullagh and Nelder (1989), for a fraction: quasi-likelihood,
    Papke and Wooldridge (1996).
    """
    aim = aims(playbacks, left)
    design = design_of(playbacks, similarity)
    user, artist = playbacks.user, playbacks.artist
    effects = Effects(np.array([-1.0, 0.0, 0.0]), np.zeros(n_artists), np.zeros(n_users), np.ones(n_users))
    for _ in range(SWEEPS):
        _move_slopes_and_demand(effects, _step(effects, playbacks, design, aim), user, design)
        step = _step(effects, playbacks, design, aim)
        effects.artist = _shrunk(artist, step.weight, effects.artist[artist] + step.residual, ARTIST_PRIOR, n_artists)
        _move_sharpness(effects, step, user)
    return effects


def fit_users(effects: Effects, playbacks: Playbacks, similarity: Floats, left: Floats) -> None:
    """Fit the demand and sharpness of the playbacks' users to effects that were learned from others.

    Args:
        effects: Learned; of these users nothing is known yet.
        playbacks: Of these users, all of them.
        similarity: Of each playback's artist to the session's first, shape (n,).
        left: What fatigue leaves, by times heard.
    """
    users, user = np.unique(playbacks.user, return_inverse=True)
    own = Effects(effects.slopes, effects.artist, np.zeros(len(users)), np.ones(len(users)))
    mine, aim, design = replace(playbacks, user=user), aims(playbacks, left), design_of(playbacks, similarity)
    for _ in range(USERS_SWEEPS):
        step = _step(own, mine, design, aim)
        own.demand = _shrunk(user, step.weight, own.demand[user] - step.residual, DEMAND_PRIOR, len(users))
        _move_sharpness(own, _step(own, mine, design, aim), user)
    effects.demand[users], effects.sharpness[users] = own.demand, own.sharpness


def expected(effects: Effects, playbacks: Playbacks, similarity: Floats) -> Floats:
    """Return the fraction that a fresh artist would be heard to, for each playback, shape (n,)."""
    inner = _inner(effects, playbacks, design_of(playbacks, similarity))
    return expit(effects.sharpness[playbacks.user] * inner)


def aims(playbacks: Playbacks, left: Floats) -> Floats:
    """Return each fraction as it would have been without fatigue, 0 to 1, shape (n,)."""
    tired = left[np.minimum(playbacks.times_heard, len(left) - 1)]
    answer: Floats = np.clip(playbacks.fraction / tired, 0, 1)
    return answer


def design_of(playbacks: Playbacks, similarity: Floats) -> Floats:
    """Return the columns that the slopes belong to, shape (n, 3)."""
    same = playbacks.artist == playbacks.first_artist
    return np.column_stack([np.ones(len(same)), np.where(same, 0, similarity), same])


@dataclass(frozen=True, slots=True)
class _Step:
    inner: Floats  # (n,), the logit without the user's sharpness
    weight: Floats  # (n,), curvature along it
    residual: Floats  # (n,), what is to be added to it


def _step(effects: Effects, playbacks: Playbacks, design: Floats, aim: Floats) -> _Step:
    sharpness = effects.sharpness[playbacks.user]
    inner = _inner(effects, playbacks, design)
    mean = expit(sharpness * inner)
    curvature = np.maximum(mean * (1 - mean), LEAST_WEIGHT)
    return _Step(inner, curvature * sharpness**2, (aim - mean) / (curvature * sharpness))


def _inner(effects: Effects, playbacks: Playbacks, design: Floats) -> Floats:
    answer: Floats = design @ effects.slopes + effects.artist[playbacks.artist] - effects.demand[playbacks.user]
    return answer


def _move_slopes_and_demand(effects: Effects, step: _Step, user: Rows, design: Floats) -> None:
    """Make one Newton step over both together: the mean demand and the intercept, one by one, crawl."""
    n_users = len(effects.demand)
    weighted = design * step.weight[:, None]
    sums = np.stack([np.bincount(user, column, n_users) for column in weighted.T])  # (3, n_users)
    total = sums[0] + DEMAND_PRIOR
    # What demand would become if the slopes stayed; it then takes up what they move, so only the rest counts for them.
    alone = _shrunk(user, step.weight, effects.demand[user] - step.residual, DEMAND_PRIOR, n_users)
    gram = weighted.T @ design + 0.1 * np.eye(3) - (sums / total) @ sums.T
    moved = np.linalg.solve(gram, weighted.T @ step.residual + sums @ (alone - effects.demand))
    effects.slopes = effects.slopes + moved
    effects.demand = alone + moved @ sums / total


def _move_sharpness(effects: Effects, step: _Step, user: Rows) -> None:
    # The logit is sharpness * inner, so that a residual of the inner part counts ``inner`` times for it.
    n_users = len(effects.sharpness)
    gain = step.inner**2 * step.weight / effects.sharpness[user] ** 2
    pull = step.inner * step.weight * step.residual / effects.sharpness[user]
    total = np.bincount(user, weights=gain, minlength=n_users) + SHARPNESS_PRIOR
    moved = np.bincount(user, weights=pull, minlength=n_users) + SHARPNESS_PRIOR * (1 - effects.sharpness)
    effects.sharpness = np.clip(effects.sharpness + moved / total, *SHARPNESS_BOUNDS)


def _shrunk(of: Rows, weight: Floats, value: NDArray[np.float64], prior: float, n: int) -> Floats:
    """Return the weighted mean of each label's values, shrunk toward 0."""
    total = np.bincount(of, weights=weight, minlength=n) + prior
    answer: Floats = np.bincount(of, weights=weight * value, minlength=n) / total
    return answer
