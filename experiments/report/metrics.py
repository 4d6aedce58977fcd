"""What the report measures, in the order in which it tells it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure per treatment."""

    name: str  # in JSON
    label: str  # for people
    better: Literal["higher", "lower", "neither"]
    per_user: bool = True  # False: one figure for the whole group, described and not tested
    digits: int = 2
    of_catalogue: bool = False  # it takes to know the tracks' artists


METRICS = (
    Metric("mean_time_per_session", "Listening time per session", "higher"),
    Metric("time", "Listening time per user", "higher"),
    Metric("sessions", "Sessions per user", "higher"),
    Metric("mean_tracks_per_session", "Tracks per session", "higher"),
    Metric("skip_rate", "Tracks skipped, share", "lower", digits=3),
    Metric("listened_after_first", "Listened after the first", "higher", digits=3),
    Metric("artists_per_session", "Artists per session", "neither", of_catalogue=True),
    Metric("mean_request_latency", "Answer time, mean, ms", "lower"),
    Metric("p50_request_latency", "Answer time, median, ms", "lower", per_user=False),
    Metric("p95_request_latency", "Answer time, 95th pct., ms", "lower", per_user=False),
    Metric("recommended_tracks", "Tracks recommended", "neither", per_user=False, digits=0),
    Metric("catalogue_coverage", "Catalogue covered, share", "neither", per_user=False, digits=4),
)

PRIMARY = METRICS[0]
"""The metric that the verdict is about: what a listener's session is worth, wherever it is measured."""

LISTENING_TIME_NOTE = "Listening time counts tracks: 1 is one track heard to its end."
