"""How far each tie can be trusted, as far as the log of all others tells.

A user has several interests, so most pairs of their sessions tie artists that have nothing in common. How alike
two artists are to everybody else says which pairs those are; without them the vectors become clearer, and tell the
pairs apart better, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from preprocessing.taste.company import Ties
from preprocessing.taste.graph import Graph
from preprocessing.taste.playbacks import Floats, Numbers, Rows
from preprocessing.taste.vectors import Vectors, artist_vectors, directions, inner_products

ROUNDS = 3  # then the weights stand still
FEWEST = 1000  # pairs of openings that shares can be read off
BINS = 40  # of similarity, with as many pairs each
LEAST = 0.02  # of a pair's weight: what looks unlike may still be alike
BY_CHANCE = 0.1  # quantile of the ratio that stands for pairs that only chance brought together
WORTH = 2.0  # of a surplus of one whole fraction, in sure pairs of openings, before the log has said it
WORTH_BOUNDS = (0.5, 8.0)  # the ratio of two slopes that are hardly seen may be anything

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Trusted:
    """What ties say of their two artists, and what comes of it."""

    shares: Floats  # (n_pairs,), what each pair of openings counts
    worth: float  # of a surplus of one whole fraction, in sure pairs of openings
    similarity: Numbers  # (n_surpluses,), of the two artists by the vectors of other users
    vectors: Vectors  # (n_artists, at most dimension), by all users


def trusted(openings: Ties, playbacks: Ties, fold: Rows, n_artists: int, dimension: int) -> Trusted:
    """Return how far ties of openings and of playbacks can be trusted, and the vectors of artists that follow.

    Each round makes vectors without one part of the users after the other, and looks at how similar that part's
    ties find their artists. Where pairs of one user are ``r`` times as frequent as random pairs, and ``c`` times where
    the two have least in common, a share ``1 - c / r`` is there for a reason: the weight of such pairs. Playbacks
    weigh as much against pairs as their surplus says more of the similarity, for its variance.

    Args:
        openings: Ties of openings of one user, of weight 1.
        playbacks: Ties of playbacks, of the weight of their surplus.
        fold: Part of each user, shape (n_users,): the vectors that judge a tie never saw its user.
        n_artists: Number of artists, those of the most ties first.
        dimension: Of the vectors, at most.

    Source: empirical Bayes, the local false discovery rate of Efron (2001); observations are pooled by slope over
    variance, as in weighted least squares.
    """
    parts = int(fold.max(initial=0)) + 1
    pairs, plays = _Sorted.of(openings, fold, parts), _Sorted.of(playbacks, fold, parts)
    shares, worth = np.ones(len(openings)), WORTH
    partner = np.random.default_rng(0).permutation(pairs.ties.other)
    alike, chance = (np.zeros(len(openings), np.float32) for _ in range(2))
    heard = np.zeros(len(playbacks), np.float32)
    rounds = ROUNDS if len(openings) >= FEWEST else 0
    for turn in range(max(rounds, 1)):
        for part in range(parts):
            others = [*pairs.without(part, shares), *plays.without(part, worth)]
            vectors = _vectors(others, n_artists, dimension)
            mine, ours = pairs.part(part), plays.part(part)
            heard[ours] = inner_products(vectors, plays.ties.one[ours], plays.ties.other[ours])
            alike[mine] = inner_products(vectors, pairs.ties.one[mine], pairs.ties.other[mine])
            chance[mine] = inner_products(vectors, pairs.ties.one[mine], partner[mine])
        if turn < rounds:
            by_chance = chance[pairs.ties.one != partner]
            shares = _shares(alike, by_chance)
            worth = _worth(alike, by_chance, heard, plays.ties.weight)
    vectors = _vectors([pairs.ties.times(shares), plays.ties.times(worth)], n_artists, dimension)
    return Trusted(pairs.unsorted(shares), worth, plays.unsorted(heard), vectors)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Ties by part of the users and by artist, so that a part is a slice, and what it asks for is near in memory."""

    ties: Ties
    order: NDArray[np.int64]  # where each of them was
    ends: NDArray[np.int64]  # (parts + 1,), of the parts, 0 before them

    @classmethod
    def of(cls, ties: Ties, fold: Rows, parts: int) -> _Sorted:
        part = fold[ties.user]
        order = np.argsort((part.astype(np.int64) << 32) | ties.one, kind="stable")
        return cls(ties.of(order), order, np.searchsorted(part[order], np.arange(parts + 1)))

    def part(self, part: int) -> slice:
        """Return where a part's ties are."""
        return slice(int(self.ends[part]), int(self.ends[part + 1]))

    def without(self, part: int, factor: Floats | float) -> list[Ties]:
        """Return the ties of all other parts, before and behind, their weights multiplied."""
        weighed = self.ties.times(factor)
        return [weighed.of(slice(0, int(self.ends[part]))), weighed.of(slice(int(self.ends[part + 1]), None))]

    def unsorted(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return values of the ties in the order that the ties had."""
        answer = np.empty_like(values)
        answer[self.order] = values
        return answer


def _vectors(ties: Sequence[Ties], n_artists: int, dimension: int) -> Vectors:
    graph = Graph.of(ties, n_artists)
    return artist_vectors(graph, directions(graph, dimension), dimension)


def _shares(alike: Numbers, chance: Numbers) -> Floats:
    """Return of each similarity which share of such pairs is more than chance would bring, LEAST to 1."""
    edges = np.unique(np.quantile(alike, np.linspace(0, 1, BINS + 1)))
    if len(edges) < 3:
        return np.ones(len(alike))
    found, random = (np.bincount(np.searchsorted(edges[1:-1], of), minlength=len(edges) - 1) for of in (alike, chance))
    ratio = np.maximum.accumulate(found / len(alike) * len(chance) / np.maximum(random, 0.5))
    share = np.clip(1 - np.quantile(ratio, BY_CHANCE) / ratio, LEAST, 1)
    answer: Floats = np.interp(alike, (edges[1:] + edges[:-1]) / 2, share)
    return answer


def _worth(alike: Numbers, chance: Numbers, heard: Numbers, surplus: Floats) -> float:
    """Return what a surplus of one whole fraction is worth in sure pairs of openings, within WORTH_BOUNDS."""
    low, high = WORTH_BOUNDS
    if not (len(heard) and heard.std() > 0 and surplus.std() > 0):
        return low
    said = np.mean((heard - heard.mean()) * surplus) / heard.var() / surplus.var()
    by_pairs = alike.mean() - chance.mean()  # their density rises with similarity by this over its variance
    if not (by_pairs > 0 and chance.std() > 0):
        return high
    return float(np.clip(said * chance.var() / by_pairs, low, high))
