"""The report for machines: a list of comparisons."""

import json
from collections.abc import Iterable
from typing import Any

from experiments.report.comparison import Comparison
from experiments.report.report import Report


def to_json(reports: Iterable[Report]) -> str:
    """Return a JSON list with one object per experiment, treatment and metric.

    What is not defined is null, never NaN: no variance, no interval; no past, no CUPED. `significant` is
    the verdict after Holm's correction, and with one treatment simply `p_value < 0.05`.
    """
    rows = [_row(report, comparison) for report in reports for comparison in report.comparisons]
    return json.dumps(rows, indent=2, allow_nan=False)


def _row(report: Report, comparison: Comparison) -> dict[str, Any]:
    effect, adjusted = comparison.effect, comparison.adjusted
    always_valid = comparison.always_valid
    return {
        "experiment": report.experiment,
        "treatment": comparison.treatment,
        "metric": comparison.metric.name,
        "control_mean": effect.control_mean,
        "treatment_mean": effect.treatment_mean,
        "effect_percent": effect.percent,
        "lower_percent": effect.interval and effect.interval[0],
        "upper_percent": effect.interval and effect.interval[1],
        "p_value": effect.p_value,
        "n_control": comparison.n_control,
        "n_treatment": comparison.n_treatment,
        "significant": comparison.significant,
        "p_value_holm": comparison.p_holm,
        "always_valid_lower_percent": always_valid and always_valid[0],
        "always_valid_upper_percent": always_valid and always_valid[1],
        "cuped_effect_percent": adjusted and adjusted.percent,
        "cuped_lower_percent": adjusted and adjusted.interval and adjusted.interval[0],
        "cuped_upper_percent": adjusted and adjusted.interval and adjusted.interval[1],
        "cuped_p_value": adjusted and adjusted.p_value,
        "sample_ratio_p_value": report.sample_ratio_p,
    }
