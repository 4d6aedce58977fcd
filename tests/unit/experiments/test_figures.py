"""Every figure of the report again, by a few independent lines with SciPy."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from experiments.__main__ import main
from tests.unit.experiments.logs import WriteLog, many_users

SIX_DIGITS = 1e-6


def _report(log: str, tmp_path: Path, *more: str) -> dict[tuple[str, str], dict[str, Any]]:
    target = tmp_path / "report.json"
    assert main(["report", log, "--json", str(target), *more]) == 0
    return {(row["treatment"], row["metric"]): row for row in json.loads(target.read_text())}


def _per_user(log: str, experiment: str) -> dict[str, dict[str, list[float]]]:
    """Return treatment -> metric -> one value per user, as the old report defined them."""
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for line in Path(log).read_text().splitlines():
        row = json.loads(line)
        if experiment in row["experiments"]:
            rows[row["user"]].append(row)
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for played in rows.values():
        played.sort(key=lambda row: row["timestamp"])
        sessions: list[list[float]] = [[]]
        for row in played:
            sessions[-1].append(row["time"])
            if row["message"] == "last":
                sessions.append([])
        sessions = [times for times in sessions if times]
        after_first = [time for times in sessions for time in times[1:]]
        user = {
            "time": sum(row["time"] for row in played),
            "sessions": sum(row["message"] == "last" for row in played),
            "mean_request_latency": np.mean([row["latency"] * 1000 for row in played]),
            "mean_tracks_per_session": np.mean([len(times) for times in sessions]),
            "mean_time_per_session": np.mean([sum(times) for times in sessions]),
            "skip_rate": np.mean([row["time"] <= 0.2 for row in played]),
        }
        if after_first:
            user["listened_after_first"] = np.mean([time > 0.2 for time in after_first])
        for metric, value in user.items():
            values[played[0]["experiments"][experiment]][metric].append(float(value))
    return values


def _check(figures: dict[tuple[str, str], dict[str, Any]], log: str, experiment: str) -> None:
    values = _per_user(log, experiment)
    control = values.pop("C")
    for treatment, metrics in values.items():
        for metric, treated in metrics.items():
            row = figures[treatment, metric]
            mean = np.mean(control[metric])
            assert row["n_control"] == len(control[metric])
            assert row["n_treatment"] == len(treated)
            assert row["control_mean"] == pytest.approx(mean, rel=SIX_DIGITS)
            assert row["treatment_mean"] == pytest.approx(np.mean(treated), rel=SIX_DIGITS)
            effect = 100 * (np.mean(treated) / mean - 1)
            assert row["effect_percent"] == pytest.approx(effect, rel=SIX_DIGITS, abs=1e-9)
            if np.ptp(treated) == np.ptp(control[metric]) == 0:
                assert row["lower_percent"] is row["upper_percent"] is row["p_value"] is None
                assert row["significant"] is False
                continue
            test = stats.ttest_ind(treated, control[metric], equal_var=False)
            for bound, side in ((row["lower_percent"], 1), (row["upper_percent"], -1)):
                scaled = stats.ttest_ind(treated, np.multiply(control[metric], 1 + bound / 100), equal_var=False)
                assert scaled.statistic == pytest.approx(side * stats.t.ppf(0.975, test.df), rel=SIX_DIGITS)
            assert row["p_value"] == pytest.approx(test.pvalue, rel=SIX_DIGITS)


def test_the_real_log_is_what_the_old_report_said(real_log: str, tmp_path: Path) -> None:
    """On the predecessor's log all figures are SciPy's to six digits, and its claim of +21.5 % is found."""
    figures = _report(real_log, tmp_path, "--experiment", "SIMILAR_USERS")
    _check(figures, real_log, "SIMILAR_USERS")
    claim = figures["T1", "time"]
    assert round(claim["effect_percent"], 1) == 21.5
    assert (round(claim["lower_percent"], 1), round(claim["upper_percent"], 1)) == (1.1, 48.3)


def test_a_made_up_log_of_three_treatments(write_log: WriteLog, tmp_path: Path) -> None:
    """On a log of returning users all figures equal SciPy's to six digits, for each treatment."""
    log = write_log(many_users(150, ("C", "T1", "T2")))
    figures = _report(log, tmp_path)
    _check(figures, log, "EXP")
    for metric in ("time", "mean_time_per_session"):
        plain = sorted((figures[t, metric]["p_value"], t) for t in ("T1", "T2"))
        (least, first), (greatest, second) = plain
        assert figures[first, metric]["p_value_holm"] == pytest.approx(min(1, 2 * least))
        assert figures[second, metric]["p_value_holm"] == pytest.approx(max(min(1, 2 * least), greatest))


def test_the_figures_of_a_whole_group(write_log: WriteLog, tmp_path: Path) -> None:
    """Answer-time percentiles and coverage are those of all the group's rows, and are not tested."""
    rows = many_users(40)
    catalogue = write_log(({"track": i, "artist": f"a{i % 3}"} for i in range(50)), "tracks.jsonl")
    figures = _report(write_log(rows), tmp_path, "--catalogue", catalogue)
    treated = [row for row in rows if row["experiments"].get("EXP") == "T1"]
    latencies = [1000 * row["latency"] for row in treated]
    tracks = {row["recommendation"] for row in treated}
    for metric, value in {
        "p50_request_latency": np.percentile(latencies, 50),
        "p95_request_latency": np.percentile(latencies, 95),
        "recommended_tracks": len(tracks),
        "catalogue_coverage": len(tracks) / 50,
    }.items():
        row = figures["T1", metric]
        assert row["treatment_mean"] == pytest.approx(value, rel=SIX_DIGITS)
        assert row["p_value"] is row["lower_percent"] is None
    assert ("T1", "artists_per_session") in figures


def test_cuped_narrows_the_interval_around_the_same_truth(write_log: WriteLog, tmp_path: Path) -> None:
    """Where users have a past, the adjusted interval is narrower, and both hold one effect."""
    row = _report(write_log(many_users(400, past=True)), tmp_path)["T1", "mean_time_per_session"]
    plain = row["upper_percent"] - row["lower_percent"]
    assert row["cuped_upper_percent"] - row["cuped_lower_percent"] < plain
    assert row["lower_percent"] < row["cuped_effect_percent"] < row["upper_percent"]


def test_no_past_no_cuped(write_log: WriteLog, tmp_path: Path) -> None:
    """Where nothing is known from before, the adjusted figures are null."""
    row = _report(write_log(many_users(40)), tmp_path)["T1", "time"]
    assert row["cuped_effect_percent"] is row["cuped_lower_percent"] is None
