"""The effect as it stood at each look, from the first day of the log to its last."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.report.cohort import CONTROL, Cohort
from experiments.report.tables import user_table
from experiments.statistics.always_valid import always_valid_interval
from experiments.statistics.welch import Effect, welch

_DAY_MS = 86_400_000
_MOST_LOOKS = 40  # more would not be told apart in the plot
_PARTS = 12  # looks at a log of less than three days


@dataclass(frozen=True, slots=True)
class Look:
    """The effect of the sessions that had started by `until`."""

    until: int  # ms since the epoch
    effect: Effect
    interval: tuple[float, float] | None  # always valid, in percent


def looks(cohort: Cohort, metric: str) -> dict[str, list[Look]]:
    """Return, per treatment, the cumulative effect on a metric at the end of each day.

    A log shorter than three days is cut into equal parts instead; one longer than forty days is looked at
    every few days.
    """
    start, end = _span(cohort)
    days = -(-(end - start) // _DAY_MS)
    step = _DAY_MS * -(-days // _MOST_LOOKS) if days >= 3 else max(1, -(-(end - start) // _PARTS))
    found: dict[str, list[Look]] = {treatment: [] for treatment in cohort.treatments[1:]}
    for until in range(start + step, end + step, step):
        started = cohort.sessions.lazy().filter(pl.col("start") < until)
        users = user_table(started).join(cohort.users.lazy().select("user", "treatment"), on="user").collect()
        groups = {
            str(name): group[metric].drop_nulls().cast(pl.Float64).to_numpy()
            for (name,), group in users.group_by("treatment")
        }
        empty = np.array([], dtype=np.float64)
        for treatment, so_far in found.items():
            control, treated = groups.get(CONTROL, empty), groups.get(treatment, empty)
            if control.size and treated.size:
                effect = welch(control, treated)
                so_far.append(Look(min(until, end), effect, always_valid_interval(effect)))
    return found


def _span(cohort: Cohort) -> tuple[int, int]:
    starts = cohort.sessions["start"].to_numpy()
    return int(starts.min()), int(starts.max()) + 1
