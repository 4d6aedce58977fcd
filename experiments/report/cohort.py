"""Who takes part in an experiment, in which treatment, and what is known of them from before."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from experiments.errors import ExperimentError
from experiments.report.playbacks import Playbacks
from experiments.report.tables import session_table, user_table

CONTROL = "C"


@dataclass(frozen=True, slots=True)
class Cohort:
    """An experiment's playbacks, and its tables of sessions and users, each row with its `treatment`."""

    experiment: str
    treatments: tuple[str, ...]  # the control first
    rows: pl.DataFrame
    sessions: pl.DataFrame
    users: pl.DataFrame
    before: pl.DataFrame  # the user table of the time before the experiment; no rows where none is known
    excluded: dict[str, int]

    def values(self, metric: str, treatment: str) -> pl.Series:
        """Return a metric's value per user of a treatment, without the users that it is undefined for."""
        return self.users.filter(pl.col("treatment") == treatment)[metric].drop_nulls()


def experiment_names(playbacks: Playbacks) -> list[str]:
    """Return the experiments that the log knows, by name."""
    return sorted({name for assigned in playbacks.assignments.values() for name in assigned})


def find_experiment(playbacks: Playbacks, name: str) -> str:
    """Return the name where the log knows it.

    Raises:
        ExperimentError: It does not; the sentence names the nearest that it knows.
    """
    known = experiment_names(playbacks)
    if name in known:
        return name
    if not known:
        raise ExperimentError(f"The log has no experiment {name}, nor any other.")
    near = get_close_matches(name.upper(), [k.upper() for k in known], n=1, cutoff=0.3)
    nearest = next((k for k in known if near and k.upper() == near[0]), None)
    hint = f"did you mean {nearest}?" if nearest else f"it has {', '.join(known)}."
    raise ExperimentError(f"The log has no experiment {name}; {hint}")


def form_cohort(
    playbacks: Playbacks,
    experiment: str,
    artists: pl.LazyFrame | None = None,
    before: Playbacks | None = None,
) -> Cohort:
    """Gather an experiment's users; those seen in two treatments are left out and counted.

    Args:
        playbacks: The log's.
        experiment: One that the log knows.
        artists: The catalogue's track -> artist, for the metrics that need it.
        before: Another log's playbacks, from before the experiment. Without it, the past is what the users
            did in this log before the experiment's first playback.

    Raises:
        ExperimentError: There are not two treatments to compare, or none of them is the control.
    """
    marked = playbacks.rows.join(
        _treatments(playbacks, experiment), on="experiments", how="left", maintain_order="left"
    )
    taking_part = marked.filter(pl.col("treatment").is_not_null())
    per_user = taking_part.group_by("user").agg(
        pl.col("treatment").first(), (pl.col("treatment").n_unique() > 1).alias("torn")
    )
    torn = per_user.filter("torn").select("user")
    assigned = per_user.filter(~pl.col("torn")).select("user", "treatment")
    treatments = _in_order(experiment, set(assigned["treatment"]))
    rows = taking_part.join(torn, on="user", how="anti", maintain_order="left")
    sessions = session_table(rows.lazy(), artists).collect()
    users = user_table(sessions.lazy()).collect()
    earlier = marked.filter(pl.col("treatment").is_null(), pl.col("timestamp") < taking_part["timestamp"].min())
    past = earlier if before is None else before.rows
    excluded = {f"users seen in more than one treatment of {experiment}": torn.height} if torn.height else {}
    return Cohort(
        experiment,
        treatments,
        rows,
        sessions.join(assigned, on="user", maintain_order="left"),
        users.join(assigned, on="user", maintain_order="left"),
        user_table(session_table(past.lazy(), artists)).collect(),
        excluded,
    )


def shares_of(treatments: tuple[str, ...], shares: Mapping[str, float] | None) -> dict[str, float]:
    """Return the intended share of each treatment; equal ones where none are stated.

    Those of the log come first, in their order. A treatment that is stated and that the log does not hold follows:
    where all its users are missing, something lost them.

    Raises:
        ExperimentError: A treatment of the log has no stated share, or a share is not a finite number above 0.
    """
    if shares is None:
        return dict.fromkeys(treatments, 1.0)
    for name, share in shares.items():
        if not 0 < share < math.inf:
            raise ExperimentError(f"--shares {name}={share:g} is no share: each is a number above 0.")
    for name in treatments:
        if name not in shares:
            raise ExperimentError(f"The log has users in treatment {name}, but --shares gives it none.")
    return {name: shares[name] for name in treatments} | dict(shares)


def _treatments(playbacks: Playbacks, experiment: str) -> pl.DataFrame:
    texts = {text: assigned[experiment] for text, assigned in playbacks.assignments.items() if experiment in assigned}
    columns = {"experiments": list(texts), "treatment": list(texts.values())}
    return pl.DataFrame(columns, schema_overrides=dict.fromkeys(columns, pl.Categorical()))


def _in_order(experiment: str, treatments: set[str]) -> tuple[str, ...]:
    found = ", ".join(sorted(treatments)) or "none"
    if len(treatments) < 2:
        raise ExperimentError(
            f"Experiment {experiment} has users in one treatment only ({found}): there is nothing to compare."
        )
    if CONTROL not in treatments:
        raise ExperimentError(
            f"Experiment {experiment} has no control: no user is in treatment {CONTROL} (there are {found})."
        )
    return (CONTROL, *sorted(treatments - {CONTROL}, key=lambda name: (len(name), name)))
