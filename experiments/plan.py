"""The planner: how long a test has to run, judged by the variance in a log."""

from dataclasses import dataclass

import polars as pl

from experiments.errors import ExperimentError
from experiments.report.metrics import METRICS, Metric
from experiments.report.playbacks import Playbacks
from experiments.report.tables import session_table, user_table
from experiments.statistics.planner import users_per_group


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes to see an effect on one metric with two equal groups."""

    metric: Metric
    mean: float
    deviation: float  # over users
    users: int  # in both groups together
    sessions: int  # of these users, who come back as often as the log's do


def plan(playbacks: Playbacks, effect_percent: float, power: float = 0.8) -> list[Plan]:
    """Return, for every metric that varies over the log's users, what an effect of this size takes.

    Args:
        playbacks: A log of the service as it is; its users stand for those of the test.
        effect_percent: The smallest effect that is worth seeing.
        power: The probability to see it, if it is there.

    Raises:
        ExperimentError: The effect or the power makes no sense, or no metric varies over the log's users.
    """
    if not (effect_percent and -100 < effect_percent < float("inf")):
        raise ExperimentError("--effect must be a percentage other than 0 and above -100, such as 2.")
    if not 0.05 < power < 1:
        raise ExperimentError("--power must be a probability above 0.05 and below 1, such as 0.8.")
    users = user_table(session_table(playbacks.rows.lazy())).collect()
    sessions_per_user = users["sessions"].sum() / max(1, users.height)
    plans = []
    for metric in METRICS:
        if not metric.per_user or metric.name not in users.columns:
            continue
        values = users[metric.name].drop_nulls().cast(pl.Float64).to_numpy()
        if values.size < 2 or not values.mean() or not values.std(ddof=1):
            continue
        mean, deviation = float(values.mean()), float(values.std(ddof=1))
        needed = 2 * users_per_group(mean, deviation, effect_percent, power)
        plans.append(Plan(metric, mean, deviation, needed, round(needed * sessions_per_user)))
    if not plans:
        raise ExperimentError("Nothing varies over this log's users; it takes a log of two users at least.")
    return plans
