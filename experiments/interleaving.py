"""Interleaved chains: which of them proposes what people listen to, judged within one stream of sessions."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from scipy import stats

from experiments.errors import ExperimentError
from experiments.report.playbacks import Playbacks
from experiments.statistics.welch import LEVEL
from strategies.interleaving import CREDIT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Duel:
    """Two chains: how much more of the first one's answers was heard."""

    chains: tuple[str, str]  # the one with the higher mean first
    difference: float  # of the mean fractions heard
    interval: tuple[float, float]  # 95 % for all duels together


@dataclass(frozen=True, slots=True)
class Interleaved:
    """What the answers of each chain were worth; the best first."""

    users: int
    answers: dict[str, int]
    means: dict[str, float]  # fraction heard of an answer
    duels: list[Duel]

    @property
    def winner(self) -> str | None:
        """The chain whose interval against every other one is above 0; None: there is none."""
        best = next(iter(self.means))
        beaten = [duel for duel in self.duels if best in duel.chains and duel.interval[0] > 0]
        return best if len(beaten) == len(self.means) - 1 else None


def interleaved(playbacks: Playbacks) -> Interleaved:
    """Return what the answers of the interleaved chains of a log were worth.

    An answer is credited to the chain that proposed it, with the fraction that was heard of it next. Which chain
    answers is drawn each time, so both meet the same users in the same sessions. The mean fraction of a chain
    is a ratio of sums over users; its variance is that of the linearised ratio, with the user as the unit. Of
    k chains, each of the k (k - 1) / 2 intervals has Bonferroni's share of the error.

    Raises:
        ExperimentError: The log holds no answers of two chains, or of one user only.

    Source: Chapelle, Joachims, Radlinski and Yue (2012), interleaved search evaluation; the ratio's variance is
    the delta method's, e.g. Deng, Knoblich and Lu (2018).
    """
    credits = _credits(playbacks.rows)
    chains = credits["chain"].unique().sort().to_list()
    users, rows = np.unique(credits["user"].to_numpy(), return_inverse=True)
    if len(chains) < 2 or len(users) < 2:
        raise ExperimentError("The log has no answers of two interleaved chains to two users: see docs/strategies.md.")
    counts, sums = np.zeros((2, len(chains), len(users)))
    places = np.array([chains.index(chain) for chain in credits["chain"]])
    counts[places, rows] = credits["answers"].to_numpy()
    sums[places, rows] = credits["heard"].to_numpy()
    means = sums.sum(axis=1) / counts.sum(axis=1)
    # What each user adds to a chain's mean, centred at 0.
    influence = (sums - means[:, None] * counts) / counts.mean(axis=1)[:, None]
    order = np.argsort(-means, kind="stable").tolist()
    error = (1 - LEVEL) / (len(chains) * (len(chains) - 1) / 2)
    quantile = float(stats.t.ppf(1 - error / 2, len(users) - 1))
    return Interleaved(
        users=len(users),
        answers={chains[place]: int(counts[place].sum()) for place in order},
        means={chains[place]: float(means[place]) for place in order},
        duels=[
            _duel((chains[a], chains[b]), float(means[a] - means[b]), influence[a] - influence[b], quantile)
            for a, b in combinations(order, 2)
        ],
    )


def interleaving_table(found: Interleaved) -> Table:
    """Return the verdict with the intervals that it rests on."""
    verdict = f"{found.winner} wins" if found.winner else "There is no winner yet"
    table = Table(
        title=f"{verdict}: fraction heard of an answer, over {found.users:,} users",
        caption="; ".join(
            f"{chain}: {n:,} answers, mean {found.means[chain]:.3f}" for chain, n in found.answers.items()
        ),
        title_justify="left",
        caption_justify="left",
    )
    for heading in ("chain", "against", "difference", f"{LEVEL:.0%} interval"):
        table.add_column(heading, justify="left" if heading in ("chain", "against") else "right")
    for duel in found.duels:
        low, high = duel.interval
        table.add_row(*duel.chains, f"{duel.difference:+.4f}", f"{low:+.4f} to {high:+.4f}")
    return table


def _credits(rows: pl.DataFrame) -> pl.DataFrame:
    """Return per user and chain the number of ``answers`` that were played next, and the sum ``heard`` of them."""
    before = pl.col("recommendation", "strategy").cast(pl.String).shift().over("user", "session", "run")
    return (
        rows.lazy()
        .with_columns(before.name.prefix("last_"))
        .filter(pl.col("last_recommendation") == pl.col("track").cast(pl.String))
        .with_columns(chain=pl.col("last_strategy").str.extract(f"^(.*){CREDIT}"))
        .drop_nulls("chain")
        .group_by(pl.col("user").cast(pl.String), "chain")
        .agg(answers=pl.len(), heard=pl.col("time").sum())
        .sort("user", "chain")
        .collect()
    )


def _duel(chains: tuple[str, str], difference: float, influence: Floats, quantile: float) -> Duel:
    half = quantile * float(np.sqrt(influence.var(ddof=1) / influence.size))
    return Duel(chains, difference, (difference - half, difference + half))
