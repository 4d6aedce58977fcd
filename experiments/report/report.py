"""The whole report of one experiment, as data; the renderers only lay it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from experiments.errors import ExperimentError
from experiments.report.cohort import Cohort, form_cohort, shares_of
from experiments.report.comparison import Comparison, compare
from experiments.report.metrics import METRICS, PRIMARY, Metric
from experiments.report.notes import notes_on
from experiments.report.playbacks import Playbacks
from experiments.report.shapes import Shape, listened_by_position, session_lengths
from experiments.report.timeline import Look, looks
from experiments.statistics.srm import sample_ratio_p


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of an experiment."""

    experiment: str
    primary: Metric  # the verdict's
    users: dict[str, int]  # per treatment, the control first
    sessions: dict[str, int]
    shares: dict[str, float]  # as intended; those of the log first, then what it should have held
    sample_ratio_p: float
    comparisons: list[Comparison]
    looks: dict[str, list[Look]]
    positions: dict[str, Shape]
    lengths: dict[str, Shape]
    notes: list[str]  # the footnote: what was left out, and what is not to be read into the figures

    @property
    def primary_comparisons(self) -> list[Comparison]:
        """The comparisons on the primary metric, one per treatment."""
        return [comparison for comparison in self.comparisons if comparison.metric == self.primary]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the log, beyond the experiment's name.

    Raises:
        ExperimentError: There is no such metric to judge by, or it takes a catalogue.
    """

    metric: str = PRIMARY.name
    shares: Mapping[str, float] | None = None  # equal where not stated
    before: Playbacks | None = None  # a log of the time before the experiment
    catalogue: pl.DataFrame | None = None  # columns track and artist
    primary: Metric = field(init=False)  # of that name

    def __post_init__(self) -> None:
        """Find the metric, once for all experiments of a log."""
        object.__setattr__(self, "primary", primary_metric(self.metric, has_catalogue=self.catalogue is not None))


def report_on(playbacks: Playbacks, experiment: str, question: Question) -> Report:
    """Judge one experiment of a log.

    Raises:
        ExperimentError: It cannot be judged; the sentence says why.
    """
    catalogue = question.catalogue
    artists = None if catalogue is None else catalogue.lazy()
    cohort = form_cohort(playbacks, experiment, artists, question.before)
    comparisons = compare(cohort, None if catalogue is None else catalogue.height)
    users, sessions = (_sizes(cohort, table) for table in (cohort.users, cohort.sessions))
    shares = shares_of(cohort.treatments, question.shares)
    return Report(
        experiment,
        question.primary,
        users,
        sessions,
        shares,
        sample_ratio_p({treatment: users.get(treatment, 0) for treatment in shares}, shares),
        comparisons,
        looks(cohort, question.metric),
        listened_by_position(cohort),
        session_lengths(cohort),
        notes_on(cohort, playbacks, comparisons, has_catalogue=catalogue is not None),
    )


def primary_metric(name: str, *, has_catalogue: bool) -> Metric:
    """Return the metric that the verdict is to be about.

    Raises:
        ExperimentError: None of that name has the user as its unit, or it takes a catalogue and there is none.
    """
    per_user = {metric.name: metric for metric in METRICS if metric.per_user}
    if name not in per_user:
        raise ExperimentError(f"There is no metric {name} to judge by; there are {', '.join(per_user)}.")
    if per_user[name].of_catalogue and not has_catalogue:
        raise ExperimentError(f"--metric {name} takes the tracks' artists: give them with --catalogue FILE.")
    return per_user[name]


def _sizes(cohort: Cohort, table: pl.DataFrame) -> dict[str, int]:
    sizes = dict(table.group_by("treatment").len().iter_rows())
    return {treatment: sizes[treatment] for treatment in cohort.treatments}
