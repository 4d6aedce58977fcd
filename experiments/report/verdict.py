"""The report in a sentence, and what its reader should know before acting on it."""

from dataclasses import dataclass
from typing import Literal

from experiments.report.cohort import CONTROL
from experiments.report.comparison import Comparison
from experiments.report.report import Report
from experiments.report.wording import interval_text, p_text, percent_text
from experiments.statistics.srm import ALARM

Tone = Literal["good", "bad", "neutral"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence, and whether it is good news."""

    text: str
    tone: Tone


def verdicts(report: Report) -> list[Verdict]:
    """Return what the experiment says about its primary metric: a sentence for each treatment.

    Where the groups are not split as intended it is a single one, which says not to read on.
    """
    if split_is_broken(report):
        text = "its users are not split as intended, so its groups differ by more than their treatment."
        return [Verdict(f"Do not act on {report.experiment}: {text}", "bad")]
    if not report.primary_comparisons:
        text = f"{report.primary.label.lower()} is not defined for the users of two groups."
        return [Verdict(f"{report.experiment} cannot be judged: {text}", "neutral")]
    return [Verdict(_judge(comparison), tone_of(comparison)) for comparison in report.primary_comparisons]


def cautions(report: Report) -> list[str]:
    """Return the warnings that belong beside the verdict, the gravest first."""
    found = []
    if split_is_broken(report):
        split = ", ".join(f"{name} {report.users.get(name, 0):,}" for name in report.shares)
        found.append(
            f"Sample-ratio mismatch: users are split {split} (p = {p_text(report.sample_ratio_p)}). Find "
            "out why before reading on: a wrong assignment, lost events, or intended shares that were not "
            "stated with --shares."
        )
    for comparison in report.primary_comparisons:
        interval = comparison.always_valid
        if comparison.significant and interval is not None and interval[0] <= 0 <= interval[1]:
            found.append(
                f"{comparison.treatment}: this holds if the end of the test was fixed beforehand. If you "
                f"looked before, your interval is {interval_text(interval)}, and that holds 0."
            )
    return found


def tone_of(comparison: Comparison) -> Tone:
    """Return whether a comparison is good news; neutral where it proves nothing."""
    tones: dict[bool | None, Tone] = {True: "good", False: "bad", None: "neutral"}
    return tones[comparison.good]


def split_is_broken(report: Report) -> bool:
    """Whether the groups' sizes differ by more than chance."""
    return report.sample_ratio_p < ALARM


def _judge(comparison: Comparison) -> str:
    effect, name, label = comparison.effect, comparison.treatment, comparison.metric.label.lower()
    over = f"over {comparison.n_treatment:,} against {comparison.n_control:,} users"
    if effect.p_value is None:
        return f"{name} cannot be judged on {label}: {over}, there is no variance to judge by."
    if effect.percent is None or effect.interval is None:
        return f"{name} cannot be judged on {label}: {over}, a mean is 0 or cannot be told from it."
    evidence = f"95 % interval {interval_text(effect.interval)}, {over}"
    if comparison.significant:
        side = {True: "beats", False: "is worse than", None: "differs from"}[comparison.good]
        return f"{name} {side} {CONTROL} on {label}: {percent_text(effect.percent)} ({evidence})."
    return (
        f"{name} is not proven to differ from {CONTROL} on {label}: {percent_text(effect.percent)} measured, "
        f"which chance alone can do ({evidence})."
    )
