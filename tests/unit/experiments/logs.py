"""Playbacks that the tests make up."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Row = dict[str, Any]
WriteLog = Callable[..., str]  # the fixture `write_log`


def session(
    user: int | str,
    times: Iterable[float],
    treatment: str | None = None,
    *,
    start: int = 0,
    closed: bool = True,
    experiment: str = "EXP",
    **more: Any,  # noqa: ANN401  any field of a row
) -> list[Row]:
    """Return a session's rows, one second apart; track i is i, and each answer took 2 ms."""
    heard = list(times)
    return [
        {
            "message": "last" if closed and i == len(heard) - 1 else "next",
            "timestamp": start + 1000 * i,
            "user": user,
            "track": i,
            "time": time,
            "latency": 0.002,
            "recommendation": i + 1,
            "experiments": {} if treatment is None else {experiment: treatment},
            **more,
        }
        for i, time in enumerate(heard)
    ]


def many_users(
    users: int = 120,
    treatments: tuple[str, ...] = ("C", "T1"),
    lift: float = 0.3,
    *,
    seed: int = 7,
    past: bool = False,
) -> list[Row]:
    """Return the log of users with tastes of their own; a treatment other than C raises what they hear."""
    rng = np.random.default_rng(seed)
    day = 86_400_000
    rows: list[Row] = []
    for user in range(users):
        treatment, taste = treatments[user % len(treatments)], rng.beta(4, 4)
        if past:
            rows += session(user, _listened(rng, taste, 8), start=int(rng.integers(day)))
        for visit in range(int(rng.integers(1, 4))):
            raised = taste * (1 + lift * (treatment != "C"))
            start = (2 + visit) * day + int(rng.integers(day // 2))
            times = _listened(rng, raised, int(rng.integers(2, 12)))
            latency = float(rng.gamma(3, 0.001))
            rows += session(user, times, treatment, start=start, latency=latency)
    return rows


def _listened(rng: np.random.Generator, taste: float, tracks: int) -> list[float]:
    return [round(float(time), 4) for time in np.clip(rng.normal(taste, 0.2, tracks), 0, 1)]
