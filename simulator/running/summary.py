"""A run in figures: per group, and against the first of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from scipy import stats

from experiments.statistics.welch import LEVEL, Effect, welch
from simulator.running.tally import Tally

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """One treatment or chain; means are over users, of each user's mean over sessions."""

    name: str
    users: int
    sessions: int
    mean_time: float  # listening time per session, in tracks, the first track included
    interval: tuple[float, float] | None  # 95 % of it; None for a single user
    tracks: float  # per session
    skip_rate: float  # of all tracks
    coverage: float  # share of the catalogue that was recommended at least once
    effect: Effect | None  # on the mean time against the first group


def summarise(tally: Tally, names: list[str] | None = None) -> list[Group]:
    """Return the groups of a run, the control first.

    Args:
        tally: Of all episodes.
        names: The groups in their order. None: the treatment C first, the others sorted.
    """
    order = names if names is not None else sorted(set(tally.groups), key=lambda name: (name != "C", name))
    of = np.array([order.index(group) for group in tally.groups], dtype=np.int64)
    control = per_user(tally, of == 0) if order else np.zeros(0)
    return [_group(tally, name, of == number, control, first=number == 0) for number, name in enumerate(order)]


def per_user(tally: Tally, chosen: NDArray[np.bool_]) -> Floats:
    """Return each user's mean listening time per session, over some of the episodes."""
    return _user_means(tally.users[chosen], tally.time[chosen])


def summary_table(groups: list[Group], title: str) -> Table:
    """Return the groups as a table."""
    table = Table(title=title, title_justify="left")
    for heading in ("", "users", "sessions", "session time", "tracks", "skipped", "coverage", "effect on session time"):
        table.add_column(heading, justify="right" if heading else "left")
    for group in groups:
        table.add_row(
            group.name,
            f"{group.users:,}",
            f"{group.sessions:,}",
            mean_text(group),
            f"{group.tracks:.2f}",
            f"{group.skip_rate:.1%}",
            f"{group.coverage:.1%}",
            effect_text(group.effect),
        )
    return table


def mean_text(group: Group) -> str:
    """Return the mean session time with half of its interval."""
    if group.interval is None:
        return f"{group.mean_time:.3f}"
    return f"{group.mean_time:.3f} ± {group.interval[1] - group.mean_time:.3f}"


def effect_text(effect: Effect | None) -> str:
    """Return an effect with its interval."""
    if effect is None or effect.percent is None:
        return ""
    if effect.interval is None:
        return f"{effect.percent:+.1f} %"
    lower, upper = effect.interval
    return f"{effect.percent:+.1f} % ({lower:+.1f} to {upper:+.1f})"


def multiple_text(effect: Effect | None) -> str:
    """Return an effect as a multiple of the control, with its interval: +50 % is 1.50."""
    if effect is None or effect.percent is None:
        return ""
    mean = f"{1 + effect.percent / 100:.2f}"
    if effect.interval is None:
        return mean
    lower, upper = (1 + bound / 100 for bound in effect.interval)
    return f"{mean} ({lower:.2f} to {upper:.2f})"


def _group(tally: Tally, name: str, chosen: NDArray[np.bool_], control: Floats, *, first: bool) -> Group:
    means = per_user(tally, chosen)
    tracks = tally.tracks[chosen]
    interval = None
    if len(means) > 1:
        half = stats.t.ppf((1 + LEVEL) / 2, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))
        interval = (float(means.mean() - half), float(means.mean() + half))
    recommended = tally.recommended[name]
    return Group(
        name=name,
        users=len(means),
        sessions=int(chosen.sum()),
        mean_time=float(means.mean()),
        interval=interval,
        tracks=float(_user_means(tally.users[chosen], tracks).mean()),
        skip_rate=float(tally.skips[chosen].sum() / tracks.sum()),
        coverage=float((recommended > 0).mean()),
        effect=None if first else welch(control, means),
    )


def _user_means(users: NDArray[np.int64], values: NDArray[np.generic]) -> Floats:
    _, which, counts = np.unique(users, return_inverse=True, return_counts=True)
    means: Floats = np.bincount(which, weights=values) / counts
    return means
