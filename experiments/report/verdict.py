"""The report in a sentence, and what its reader should know before acting on it."""

from experiments.report.cohort import CONTROL
from experiments.report.comparison import Comparison
from experiments.report.report import Report
from experiments.report.wording import interval_text, p_text, percent_text
from experiments.statistics.srm import ALARM


def verdict(report: Report) -> str:
    """Return what the experiment says about its primary metric, in one sentence."""
    if split_is_broken(report):
        return (
            f"Do not act on {report.experiment}: its users are not split as intended, so its groups differ "
            "by more than their treatment."
        )
    return " ".join(_judge(comparison) for comparison in report.verdicts) or (
        f"{report.experiment} cannot be judged: {report.primary.label.lower()} is not defined for its users."
    )


def cautions(report: Report) -> list[str]:
    """Return the warnings that belong beside the verdict, the gravest first."""
    found = []
    if split_is_broken(report):
        split = ", ".join(f"{name} {count:,}" for name, count in report.users.items())
        found.append(
            f"Sample-ratio mismatch: users are split {split} (p = {p_text(report.sample_ratio_p)}). Find "
            "out why before reading on: a wrong assignment, lost events, or intended shares that were not "
            "stated with --shares."
        )
    for comparison in report.verdicts:
        interval = comparison.always_valid
        if comparison.significant and interval is not None and interval[0] <= 0 <= interval[1]:
            found.append(
                f"{comparison.treatment}: this holds if the end of the test was fixed beforehand. If you have "
                f"been looking along the way, your interval is {interval_text(interval)}: that holds 0."
            )
    return found


def split_is_broken(report: Report) -> bool:
    """Whether the groups' sizes differ by more than chance."""
    return report.sample_ratio_p < ALARM


def _judge(comparison: Comparison) -> str:
    effect, name, label = comparison.effect, comparison.treatment, comparison.metric.label.lower()
    over = f"over {comparison.n_treatment:,} against {comparison.n_control:,} users"
    if effect.percent is None or effect.interval is None:
        return f"{name} cannot be judged on {label}: {over}, there is no variance to judge by."
    evidence = f"95 % interval {interval_text(effect.interval)}, {over}"
    if comparison.significant:
        side = {True: "beats", False: "is worse than", None: "differs from"}[comparison.good]
        return f"{name} {side} {CONTROL} on {label}: {percent_text(effect.percent)} ({evidence})."
    return (
        f"{name} is not proven to differ from {CONTROL} on {label}: {percent_text(effect.percent)} measured, "
        f"which chance alone can do ({evidence})."
    )
