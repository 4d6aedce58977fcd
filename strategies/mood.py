"""The mood of a session: how much of an artist this listener will hear, going by what they have heard so far.

A listener comes in one mood, whatever else they like on other days. So a list that is made of a whole user (or of
other users) is put in the order of this session: an artist who was heard well comes again, a little later each
time because artists tire, and one who was skipped is left.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from strategies.base import Query, StrategyConfig


class MoodConfig(StrategyConfig):
    """Parameters of every source that orders its candidates by the session's mood."""

    fatigue: float = Field(
        0.85,
        gt=0,
        le=1,
        description="What is left of an artist's appeal each time they are heard (factor); a guess, no log of people "
        "stands behind it.",
    )
    doubt: float = Field(
        0.5, gt=0, description="How many tracks heard weigh as much as what was expected beforehand (tracks)."
    )


def by_mood(query: Query, expected: Mapping[int, float], config: MoodConfig) -> list[int]:
    """Return tracks in the order of the fraction that this listener should hear of them now, highest first.

    For an artist of whom n tracks were heard in this session, at fractions t_0 ... t_(n-1):

        (doubt * expected + sum of t_i / fatigue^i) / (doubt + n) * fatigue^n

    Args:
        query: The session.
        expected: The fraction expected beforehand, 0 to 1, by track; ties keep its order.
        config: Fatigue and doubt.

    Source: the posterior mean of a Gaussian with a known ratio of variances, times the artist's fatigue.
    """
    artist_of = query.artifacts.track_artist
    heard: dict[int, tuple[int, float]] = {}
    for artist, time in zip(artist_of[query.tracks].tolist(), query.times, strict=True):
        n, total = heard.get(artist, (0, 0.0))
        heard[artist] = (n + 1, total + min(1.0, time / config.fatigue**n))
    tracks = list(expected)
    values: list[float] = []
    for artist, prior in zip(artist_of[tracks].tolist(), expected.values(), strict=True):
        n, total = heard.get(artist, (0, 0.0))
        values.append((config.doubt * prior + total) / (config.doubt + n) * config.fatigue**n)
    order = sorted(range(len(tracks)), key=values.__getitem__, reverse=True)
    return [tracks[place] for place in order]
