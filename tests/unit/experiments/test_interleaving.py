"""Interleaved chains: a better one is found, equal ones are not told apart."""

import numpy as np
import pytest

from experiments.__main__ import main
from experiments.errors import ExperimentError
from experiments.interleaving import Interleaved, interleaved
from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from tests.unit.experiments.logs import Row, WriteLog


def stream(users: int, lifts: dict[str, float], seed: int = 3) -> list[Row]:
    """Return one session of 20 tracks per user; a chain's answers are heard by so much more than the user's taste."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for user in range(users):
        taste, lift = rng.uniform(0.2, 0.6), 0.0
        for position in range(20):
            chain = str(rng.choice(list(lifts)))
            time = round(float(np.clip(rng.normal(taste + lift, 0.3), 0, 1)), 2)
            rows.append(
                {
                    "message": "last" if position == 19 else "next",
                    "timestamp": 1000 * position,
                    "user": user,
                    "track": position,
                    "time": time,
                    "recommendation": position + 1,
                    "strategy": f"{chain}/source",
                }
            )
            lift = lifts[chain]
    return rows


def judged(log: str) -> Interleaved:
    """Return what is made of a log."""
    return interleaved(playbacks(read_log(log)))


def test_an_answer_is_credited_with_what_was_heard_of_it_next(write_log: WriteLog) -> None:
    """What was heard of a track that nobody recommended, as of a session's first, counts for no chain."""

    def row(user: int, at: int, track: int, time: float, recommendation: int, strategy: str) -> Row:
        played = {"message": "next", "timestamp": at, "user": user, "track": track, "time": time}
        return played | {"session": f"s{user}", "recommendation": recommendation, "strategy": strategy}

    rows = [
        row(1, 0, 5, 0.9, 6, "a/popular"),
        row(1, 1, 6, 0.4, 7, "b/a/popular"),
        row(1, 2, 7, 0.2, 8, "a/popular"),
        row(1, 3, 99, 1.0, 9, "popular"),
        row(1, 4, 9, 1.0, 10, "a/popular"),
        row(2, 0, 5, 0.9, 6, "a/popular"),
        row(2, 1, 6, 0.8, 7, "b/a/popular"),
    ]
    found = judged(write_log(rows))
    assert found.answers == {"a": 2, "b/a": 1}
    assert found.means == pytest.approx({"a": 0.6, "b/a": 0.2})
    # Influences: of a (0.4 - 0.6) / 1 and (0.8 - 0.6) / 1, of b/a 0; so 0.4 -+ t(1 degree) * 0.2
    assert found.duels[0].interval == pytest.approx((0.4 - 12.7062 * 0.2, 0.4 + 12.7062 * 0.2), abs=1e-4)


def test_a_planted_better_chain_wins(write_log: WriteLog) -> None:
    """Of three chains, the one whose answers are heard by 0.1 more than the others' wins."""
    assert judged(write_log(stream(300, {"a": 0.0, "b": 0.1, "c": 0.0}))).winner == "b"


def test_equal_chains_seldom_have_a_winner(write_log: WriteLog) -> None:
    """Of 100 logs of equal chains at most 11 name one: 5 are expected, and 12 come once in 250 times."""
    winners = [judged(write_log(stream(30, {"a": 0.1, "b": 0.1}, seed))).winner for seed in range(100)]
    assert sum(winner is not None for winner in winners) <= 11


def test_the_terminal_names_the_winner(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """The title is the verdict, and a log of one chain is refused in a sentence."""
    assert main(["interleaving", write_log(stream(100, {"a": 0.0, "b": 0.2}))]) == 0
    assert "b wins" in capsys.readouterr().out
    assert main(["interleaving", write_log(stream(100, {"a": 0.0}))]) == 2
    with pytest.raises(ExperimentError, match="two interleaved chains"):
        judged(write_log(stream(1, {"a": 0.0, "b": 0.2})))
