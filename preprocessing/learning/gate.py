"""The gate: would these artifacts have known better than those what people were about to hear?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Artifacts
from preprocessing.artifacts.expectation import expected_fractions
from preprocessing.learning.holdout import Heard

CERTAIN = 2.0  # standard errors that a fall must exceed the margin by: chance alone does so once in 44 times

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Margins:
    """By how much a candidate may be worse than the current version."""

    log_loss: float  # nats per track
    fraction: float  # of the picked track


@dataclass(frozen=True, slots=True)
class Scores:
    """How well one version foresaw some sessions, one element per session of two tracks or more that it knows."""

    log_loss: Floats  # mean over the tracks after the first, nats
    picked: Floats  # fraction heard of the track that it would have picked among those after the first


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of two versions on the same sessions."""

    current: float
    candidate: float
    worse_by: float  # above 0: the candidate is worse
    standard_error: float  # of ``worse_by``, over sessions
    margin: float

    @property
    def passed(self) -> bool:
        """Whether the candidate is not worse by more than the margin, beyond what chance does."""
        return self.worse_by - CERTAIN * self.standard_error <= self.margin


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a candidate."""

    sessions: int
    log_loss: Compared
    picked_fraction: Compared

    @property
    def passed(self) -> bool:
        """Whether the candidate may become current."""
        return self.log_loss.passed and self.picked_fraction.passed

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        loss, picked = self.log_loss, self.picked_fraction
        figures = (
            f"on {self.sessions:,} held-out sessions the log loss went from {loss.current:.4f} to "
            f"{loss.candidate:.4f} and the fraction heard of the picked track from {picked.current:.4f} to "
            f"{picked.candidate:.4f}"
        )
        if self.passed:
            return f"accepted: {figures}"
        failed = [name for name, one in (("log loss", loss), ("picked fraction", picked)) if not one.passed]
        return f"refused for its {' and '.join(failed)}: {figures}"


def judge(current: Artifacts, candidate: Artifacts, sessions: Sequence[Heard], margins: Margins) -> Verdict:
    """Compare two versions on sessions that neither was fitted on.

    Raises:
        ValueError: None of the sessions can judge.
    """
    usable = judges(sessions, current, candidate)
    if not usable:
        raise ValueError("no session can judge")
    old, new = score(current, usable), score(candidate, usable)
    return Verdict(
        sessions=len(usable),
        log_loss=_compare(old.log_loss, new.log_loss, new.log_loss - old.log_loss, margins.log_loss),
        picked_fraction=_compare(old.picked, new.picked, old.picked - new.picked, margins.fraction),
    )


def judges(sessions: Sequence[Heard], *versions: Artifacts) -> list[Heard]:
    """Return the sessions that can judge: those with two tracks or more that all versions hold, less the others."""
    known = [_known(session, *versions) for session in sessions]
    return [session for session in known if len(session.tracks) > 1]


def score(artifacts: Artifacts, sessions: Sequence[Heard]) -> Scores:
    """Return how well artifacts foresee sessions of two tracks or more, whose tracks they all hold.

    The first track is the listener's own choice; it is given, not foreseen. The pick is what the artifacts expect
    most of when the first track was heard, among the tracks that the session went on with. So the log itself says
    what the pick was worth, whoever made the log.
    """
    losses, picked = [], []
    for session in sessions:
        user = artifacts.user_ids.find(session.user)
        rows = [row for row in artifacts.track_ids.find_all(session.tracks) if row is not None]
        expected = [
            float(expected_fractions(artifacts, user, rows[:place], session.times[:place], [rows[place]])[0])
            for place in range(1, len(rows))
        ]
        losses.append(np.mean([_log_loss(p, time) for p, time in zip(expected, session.times[1:], strict=True)]))
        foreseen = expected_fractions(artifacts, user, rows[:1], session.times[:1], rows[1:])
        picked.append(session.times[1 + int(foreseen.argmax())])
    return Scores(np.array(losses), np.array(picked))


def _log_loss(expected: float, fraction: float) -> float:
    return -(fraction * log(expected) + (1 - fraction) * log(1 - expected))


def _known(session: Heard, *versions: Artifacts) -> Heard:
    found = [version.track_ids.find_all(session.tracks) for version in versions]
    kept = [place for place, rows in enumerate(zip(*found, strict=True)) if None not in rows]
    return Heard(session.user, [session.tracks[i] for i in kept], [session.times[i] for i in kept])


def _compare(current: Floats, candidate: Floats, worse: Floats, margin: float) -> Compared:
    n = len(worse)
    error = float(worse.std(ddof=1)) / sqrt(n) if n > 1 else 0.0
    return Compared(float(current.mean()), float(candidate.mean()), float(worse.mean()), error, margin)
