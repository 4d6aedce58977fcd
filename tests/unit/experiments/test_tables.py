"""Sessions and users, with figures that can be checked by hand."""

import polars as pl
import pytest

from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from experiments.report.tables import session_table, user_table
from tests.unit.experiments.logs import Row, WriteLog, session


def _users(path: str, artists: dict[str, str] | None = None) -> list[Row]:
    catalogue = None
    if artists:
        columns = {"track": list(artists), "artist": list(artists.values())}
        catalogue = pl.DataFrame(columns).cast(pl.Categorical()).lazy()
    sessions = session_table(playbacks(read_log(path)).rows.lazy(), catalogue)
    return user_table(sessions).collect().to_dicts()


def test_a_user_by_hand(write_log: WriteLog) -> None:
    """Sums over sessions, means over tracks and means over sessions are what their names say."""
    rows = session(1, [1, 0.5, 0.1, 0.2], latency=0.001) + session(1, [1, 0.6], start=60_000, latency=0.004)
    (user,) = _users(write_log(rows), {"0": "A", "1": "A", "2": "B", "3": "C"})
    assert user == {
        "user": "1",
        "time": pytest.approx(3.4),
        "sessions": 2,
        "mean_request_latency": pytest.approx((4 * 1 + 2 * 4) / 6),
        "mean_tracks_per_session": 3,
        "mean_time_per_session": pytest.approx(1.7),
        "skip_rate": pytest.approx(2 / 6),
        "listened_after_first": pytest.approx(2 / 4),
        "artists_per_session": pytest.approx((3 + 1) / 2),
    }


def test_a_session_of_one_track_has_nothing_after_the_first(write_log: WriteLog) -> None:
    """What a user has no track for is null, not 0 and not NaN."""
    (user,) = _users(write_log(session(1, [1])))
    assert user["listened_after_first"] is None


def test_last_closes_a_session_whose_rows_lie_anywhere(write_log: WriteLog) -> None:
    """Without ids, a session is a user's run by time up to its last row, however the log is shuffled."""
    rows = session(1, [1, 1, 1]) + session(1, [1, 1], start=60_000) + session(2, [1], start=500)
    first, second = _users(write_log(reversed(rows)))
    assert (first["sessions"], first["mean_tracks_per_session"]) == (2, 2.5)
    assert second["sessions"] == 1


def test_an_id_tells_sessions_apart_without_last(write_log: WriteLog) -> None:
    """With ids, sessions that ended in silence are apart, and one that was interrupted is whole."""
    a, b = (session(1, [1, 1], start=at, closed=False, session=name) for at, name in ((0, "a"), (500, "b")))
    (user,) = _users(write_log(a + b))
    assert (user["sessions"], user["mean_tracks_per_session"]) == (2, 2)


def test_a_bad_last_row_still_closes_its_session(write_log: WriteLog) -> None:
    """A last row with an impossible time is left out, but what follows is a new session."""
    rows = session(1, [1, 1, 9]) + session(1, [1], start=60_000)
    (user,) = _users(write_log(rows))
    assert (user["sessions"], user["mean_tracks_per_session"]) == (2, 1.5)
