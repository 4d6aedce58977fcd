"""The footnote: what was left out of the figures, and what must not be read into them."""

from collections.abc import Sequence

import polars as pl

from experiments.report.cohort import Cohort
from experiments.report.comparison import Comparison
from experiments.report.metrics import LISTENING_TIME_NOTE
from experiments.report.playbacks import Playbacks


def notes_on(
    cohort: Cohort, playbacks: Playbacks, comparisons: Sequence[Comparison], *, has_catalogue: bool
) -> list[str]:
    """Return the sentences of the footnote, what was left out of the figures first."""
    left_out = {**playbacks.excluded, **cohort.excluded}
    notes = [f"Left out: {what} ({count:,})." for what, count in left_out.items()]
    open_sessions = cohort.sessions.filter(~pl.col("closed")).height
    if open_sessions:
        notes.append(
            f"{open_sessions:,} of {cohort.sessions.height:,} sessions have no closing “last” row. They are "
            "kept: listeners often just leave, and dropping them would favour the treatment that they leave."
        )
    alone = cohort.users.group_by("treatment").len().filter(pl.col("len") == 1)["treatment"].sort()
    notes += [f"Treatment {treatment} has one user: its effects have no interval." for treatment in alone]
    notes.append(LISTENING_TIME_NOTE)
    notes.append(
        "The 95 % interval is right when the report is read once, at an end that was fixed beforehand. "
        "Who reads it along the way takes the interval “if you peek”, which holds at all times together."
    )
    if any(comparison.adjusted for comparison in comparisons):
        notes.append(_past_note(cohort))
    else:
        notes.append(
            "No CUPED: too little is known of these users from before the experiment. Give their earlier log "
            "with --before."
        )
    if not has_catalogue:
        notes.append("Artists per session and the share of the catalogue need --catalogue.")
    notes.append(
        "Median and 95th-percentile answer time and the number of different tracks describe a whole group "
        "and are not tested. The latter grows with the group: compare it between groups of one size only."
    )
    if len(cohort.treatments) > 2:
        notes.append(
            "Several treatments were tried, so “significant” allows for that (Holm's correction); the plain "
            "95 % intervals do not."
        )
    return notes


def _past_note(cohort: Cohort) -> str:
    known = cohort.users.join(cohort.before, on="user", how="semi").height
    return (
        f"CUPED uses what was known of {known:,} of {cohort.users.height:,} users from before the "
        "experiment. The others enter with their plain figures."
    )
