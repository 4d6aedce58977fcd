"""What is counted of the answers and of what was heard, chain by chain.

This is paid for every song, so that each series is looked up once and then kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram

from app.tally import Count, Tally
from strategies.chain import Chain

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5)
FRACTIONS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class _Series:
    """The series of one chain."""

    seconds: Tally
    heard: Tally
    skips: Count
    penalties: Count
    fallbacks: Count
    answers: dict[str, Count] = field(default_factory=dict)  # by strategy


class AnswerMetrics:
    """Counts playbacks and answers, by the chain that serves their listener.

    Args:
        registry: Where the series are published.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "segue_decision_seconds",
            "Time from a read request to its next track, the session store included.",
            ["chain"],
            buckets=BOUNDS_S,
            registry=registry,
        )
        self._heard = Histogram(
            "segue_fraction_listened",
            "Fraction listened of each track that was reported.",
            ["chain"],
            buckets=FRACTIONS,
            registry=registry,
        )
        self._skips = Counter("segue_skips", "Tracks that were skipped.", ["chain"], registry=registry)
        self._penalties = Counter(
            "segue_penalties", "Times that so many skips in a row brought the penalty.", ["chain"], registry=registry
        )
        self._answers = Counter(
            "segue_answers",
            "Tracks answered, by the strategy that chose them.",
            ["chain", "strategy"],
            registry=registry,
        )
        self._fallbacks = Counter(
            "segue_fallbacks", "Tracks answered that a fallback chose.", ["chain"], registry=registry
        )
        self._series: dict[str, _Series] = {}

    def heard(self, chain: Chain, fraction: float, *, skipped: bool, penalised: bool) -> None:
        """Count a playback that was reported."""
        series = self._series.get(chain.name) or self._begun(chain)
        series.heard.observe(fraction)
        if skipped:
            series.skips.new += 1
        if penalised:
            series.penalties.new += 1

    def answered(self, chain: Chain, strategy: str, seconds: float) -> None:
        """Count a track that was answered, by the label of the strategy that put it first."""
        series = self._series.get(chain.name) or self._begun(chain)
        series.seconds.observe(seconds)
        count = series.answers.get(strategy)
        if count is None:
            count = series.answers[strategy] = Count(self._answers.labels(chain.name, strategy))
        count.new += 1
        if strategy in chain.fallbacks:
            series.fallbacks.new += 1

    def publish(self) -> None:
        """Hand over what was counted."""
        for series in self._series.values():
            series.seconds.publish()
            series.heard.publish()
            for count in (series.skips, series.penalties, series.fallbacks, *series.answers.values()):
                count.publish()

    def _begun(self, chain: Chain) -> _Series:
        name = chain.name
        series = self._series[name] = _Series(
            Tally(self._seconds.labels(name), BOUNDS_S),
            Tally(self._heard.labels(name), FRACTIONS),
            Count(self._skips.labels(name)),
            Count(self._penalties.labels(name)),
            Count(self._fallbacks.labels(name)),
        )
        return series
