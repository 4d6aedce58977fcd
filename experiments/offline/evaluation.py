"""One chain on one log: its estimates, how much they rest on, and what to beware of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from experiments.errors import ExperimentError
from experiments.offline.estimate import (
    Estimate,
    Sample,
    doubly_robust,
    effective_size,
    inverse_propensity,
    mean,
)
from experiments.offline.replay import Step
from experiments.offline.support import Support, support
from preprocessing.artifacts.expectation import expected_fractions
from strategies.chain import Chain

LEAST_EFFECTIVE = 200  # below it the linearised interval is no longer to be trusted


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a chain is worth on a log: fractions heard per recommendation."""

    chain: str
    recommendations: int
    users: int
    logged: Estimate  # as it was answered
    by_model: float
    inverse_propensity: Estimate | None  # None: the log holds no answer of this chain
    doubly_robust: Estimate
    gain: Estimate | None  # doubly robust, less what was logged; None: the support lacks
    effective_size: float  # recommendations
    covered: float  # mean weight over all
    support: list[Support]  # of each chain that served the log; where one lacks, estimates have no interval

    @property
    def warnings(self) -> list[str]:
        """What to beware of, in sentences."""
        said = [_lack(self.chain, each) for each in self.support if each.lacks]
        if said:
            able = "".join(f"take --served-by {each.chain}, or " for each in self.support if not each.lacks)
            said.append(
                "So no interval and no gain are given: inverse propensity speaks of the part that could have been "
                f"logged, and doubly robust takes the model's word for the rest. To know, {able}explore more."
            )
        if self.effective_size < LEAST_EFFECTIVE:
            said.append(
                f"The log says as much of {self.chain} as {self.effective_size:,.0f} of its own recommendations "
                f"would; below {LEAST_EFFECTIVE} the intervals are too narrow. Explore more, or log for longer."
            )
        return said


def evaluate(chain: Chain, steps: Iterable[Step], left_out: Callable[[str], None]) -> Evaluation:
    """Return what a chain is worth on the recommendations of a log.

    Args:
        chain: The target.
        steps: Of the log; each query is asked once.
        left_out: Is told the kind of every recommendation that cannot be used.

    Raises:
        ExperimentError: No recommendation can be used.
    """
    rows: list[tuple[int, float, float, float, float]] = []
    users: dict[int | str, int] = {}
    served: list[int] = []
    names: dict[str, int] = {}
    for step in steps:
        if not step.propensity:
            left_out("recommendations without a propensity")
            continue
        chances = chain(step.query).chances
        if chances is None:
            raise ExperimentError(
                f"The chain {chain.name} draws its answers in a way that has no known probabilities: "
                "only chains that draw nothing, or explore with the stage 'explore', can be evaluated offline."
            )
        query = step.query
        fractions = expected_fractions(query.artifacts, query.user, query.tracks, query.times, [step.answer, *chances])
        weight = chances.get(step.answer, 0.0) / step.propensity
        of_target = float(np.dot(list(chances.values()), fractions[1:]))
        user = users.setdefault(step.user, len(users))
        rows.append((user, step.fraction, weight, float(fractions[0]), of_target))
        served.append(names.setdefault(step.chain or "a chain without a name", len(names)))
    if not rows:
        raise ExperimentError(
            "No recommendation of the log can be used: each needs a propensity, which Segue logs of chains that draw "
            "nothing or explore, and must be what was played next."
        )
    table = np.array(rows)
    sample = Sample(table[:, 0].astype(np.int64), *table[:, 1:].T)
    supports = support(sample, np.array(served), list(names))
    supported = not any(each.lacks for each in supports)
    weighted = inverse_propensity(sample)
    return Evaluation(
        chain=chain.name,
        recommendations=len(rows),
        users=len(users),
        logged=mean(sample, sample.fractions),
        by_model=float(sample.expected_of_target.mean()),
        inverse_propensity=weighted and _told(weighted, supported=supported),
        doubly_robust=_told(doubly_robust(sample), supported=supported),
        gain=doubly_robust(sample, less=sample.fractions) if supported else None,
        effective_size=effective_size(sample),
        covered=float(sample.weights.mean()),
        support=supports,
    )


def _told(estimate: Estimate, *, supported: bool) -> Estimate:
    return estimate if supported else replace(estimate, interval=None)


def _lack(chain: str, served: Support) -> str:
    return (
        f"In the {served.recommendations:,} places where {served.chain} served, it could have given at most "
        f"{100 * served.highest:.3g} % of what {chain} answers."
    )
