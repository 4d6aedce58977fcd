"""Every treatment against the control, metric by metric: the numbers of the report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.report.cohort import CONTROL, Cohort
from experiments.report.metrics import METRICS, Metric
from experiments.statistics.always_valid import always_valid_interval
from experiments.statistics.cuped import cuped
from experiments.statistics.holm import holm
from experiments.statistics.welch import LEVEL, Effect, welch

SIGNIFICANT_BELOW = 1 - LEVEL


@dataclass(frozen=True, slots=True)
class Comparison:
    """One treatment's effect on one metric, plain and as further judges see it."""

    metric: Metric
    treatment: str
    effect: Effect
    n_control: int
    n_treatment: int
    p_holm: float | None  # adjusted for the experiment's other treatments; with one treatment the plain p
    adjusted: Effect | None  # by CUPED; None where the users have no past
    always_valid: tuple[float, float] | None

    @property
    def significant(self) -> bool:
        """Whether the effect is beyond chance, the other treatments allowed for."""
        return self.p_holm is not None and self.p_holm < SIGNIFICANT_BELOW

    @property
    def cuped_interval(self) -> tuple[float, float] | None:
        """The interval of the CUPED effect, where there is one."""
        return None if self.adjusted is None else self.adjusted.interval

    @property
    def good(self) -> bool | None:
        """Whether a significant effect is a welcome one; None where it is not significant or neither."""
        percent = self.effect.percent
        if not self.significant or percent is None or self.metric.better == "neither":
            return None
        return (percent > 0) == (self.metric.better == "higher")


def compare(cohort: Cohort, catalogue_size: int | None = None) -> list[Comparison]:
    """Return the comparisons of a cohort, ordered by metric and then by treatment."""
    whole = _whole_group_figures(cohort, catalogue_size)
    comparisons: list[Comparison] = []
    for metric in METRICS:
        if metric.per_user and metric.name in cohort.users.columns:
            comparisons += _compare_users(cohort, metric)
        elif metric.name in whole:
            comparisons += _compare_groups(cohort, metric, whole[metric.name])
    return comparisons


def _compare_users(cohort: Cohort, metric: Metric) -> list[Comparison]:
    past = cohort.before.select("user", pl.col(metric.name).alias("past"))
    users = cohort.users.filter(pl.col(metric.name).is_not_null()).join(past, on="user", how="left")
    groups = {
        str(name): (_floats(group[metric.name]), _floats(group["past"]))
        for (name,), group in users.group_by("treatment")
    }
    if CONTROL not in groups:
        return []
    values, before = groups[CONTROL]
    found = []
    for treatment in cohort.treatments[1:]:
        if treatment not in groups:
            continue
        treated, treated_before = groups[treatment]
        effect = welch(values, treated)
        adjusted = cuped(np.concatenate([values, treated]), np.concatenate([before, treated_before]))
        found.append(
            Comparison(
                metric,
                treatment,
                effect,
                n_control=values.size,
                n_treatment=treated.size,
                p_holm=effect.p_value,
                adjusted=None if adjusted is None else welch(adjusted[: values.size], adjusted[values.size :]),
                always_valid=always_valid_interval(effect),
            )
        )
    p_values = holm([comparison.effect.p_value for comparison in found])
    return [replace(comparison, p_holm=p) for comparison, p in zip(found, p_values, strict=True)]


def _compare_groups(cohort: Cohort, metric: Metric, figures: Mapping[str, float]) -> list[Comparison]:
    sizes = dict(cohort.users.group_by("treatment").len().iter_rows())
    return [
        Comparison(
            metric,
            treatment,
            welch(np.array([figures[CONTROL]]), np.array([figures[treatment]])),
            n_control=sizes[CONTROL],
            n_treatment=sizes[treatment],
            p_holm=None,
            adjusted=None,
            always_valid=None,
        )
        for treatment in cohort.treatments[1:]
        if CONTROL in figures and treatment in figures
    ]


def _whole_group_figures(cohort: Cohort, catalogue_size: int | None) -> dict[str, dict[str, float]]:
    recommended = pl.col("recommendation").drop_nulls().n_unique()
    figures = {
        "p50_request_latency": 1000 * pl.col("latency").quantile(0.5, "linear"),
        "p95_request_latency": 1000 * pl.col("latency").quantile(0.95, "linear"),
        "recommended_tracks": recommended.cast(pl.Float64),
    }
    if catalogue_size:
        figures["catalogue_coverage"] = recommended / catalogue_size
    table = cohort.rows.group_by("treatment").agg(**figures)
    return {
        name: {str(t): float(v) for t, v in table.select("treatment", name).drop_nulls().iter_rows()}
        for name in figures
    }


def _floats(values: pl.Series) -> NDArray[np.float64]:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
