"""Each rule of the log drops what it should, and counts it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from preprocessing.artifacts import Artifacts
from preprocessing.errors import InputError
from preprocessing.schemas import MESSAGES, RULES, broken_rule, obeys_rules

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]

GOOD = b'{"message": "next", "timestamp": 1700000000000, "user": 1, "track": 10, "time": 0.5}'


def changed(field: str, value: str) -> bytes:
    """Return the good row with one field's JSON text replaced."""
    texts = {"message": '"next"', "timestamp": "1700000000000", "user": "1", "track": "10", "time": "0.5"}
    texts[field] = value
    return ("{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}").encode()


BROKEN = [
    (b'{"message": "next", "times', "not_json"),
    (b"[1, 2]", "not_json"),
    (b"7", "not_json"),
    (b"\x00\x00\x00", "not_json"),
    (GOOD + b"}", "not_json"),
    (changed("time", "NaN"), "not_json"),
    (b"[" * 100_000, "not_json"),
    (b"{}", "no_user"),
    (changed("user", "null"), "no_user"),
    (changed("user", "true"), "no_user"),
    (changed("user", "1.5"), "no_user"),
    (changed("user", "[1]"), "no_user"),
    (changed("user", "9" * 30), "no_user"),
    (changed("user", '""'), "unusable_user"),
    (changed("user", f'"{"x" * 257}"'), "unusable_user"),
    (changed("user", r'"a\u0007b"'), "unusable_user"),
    (changed("user", '"one"'), "other_user_type"),
    (changed("message", '"skip"'), "unknown_message"),
    (changed("message", '"n\xff"'), "unknown_message"),
    (changed("message", "1"), "unknown_message"),
    (changed("timestamp", "null"), "no_timestamp"),
    (changed("timestamp", '"1700000000000"'), "no_timestamp"),
    (changed("timestamp", "-1"), "no_timestamp"),
    (changed("timestamp", "1700000000"), "no_timestamp"),
    (changed("timestamp", "99999999999"), "no_timestamp"),
    (changed("timestamp", "1700000000000000"), "no_timestamp"),
    (changed("track", "12"), "unknown_track"),
    (changed("track", '"10"'), "unknown_track"),
    (changed("time", "null"), "bad_time"),
    (changed("time", "true"), "bad_time"),
    (changed("time", '"0.5"'), "bad_time"),
    (changed("time", "1.01"), "bad_time"),
    (changed("time", "-0.01"), "bad_time"),
    (changed("time", "1e300"), "bad_time"),
]


@pytest.mark.parametrize(("line", "rule"), BROKEN, ids=lambda value: repr(value)[:40])
def test_a_broken_row_is_counted_under_its_rule(preprocess: Preprocess, line: bytes, rule: str) -> None:
    """A broken row is dropped under exactly one rule, and its neighbours are kept."""
    artifacts = preprocess([GOOD, line, GOOD])
    assert artifacts.manifest.counts.events == 2
    assert artifacts.manifest.dropped == dict.fromkeys(RULES, 0) | {rule: 1}


@pytest.mark.parametrize("time", ["1", "0", "1.0", "5e-1"])
def test_any_json_number_is_a_time(preprocess: Preprocess, time: str) -> None:
    """Integers and exponents are times like other numbers."""
    assert preprocess([changed("time", time)]).manifest.counts.events == 1


def test_blank_lines_unknown_fields_and_a_byte_order_mark_do_no_harm(preprocess: Preprocess) -> None:
    """What is no row is not counted, and what is not needed is not looked at."""
    more = GOOD[:-1] + b', "mood": {"deep": [1, {"er": null}]}, "user": 1}'
    artifacts = preprocess([b"\xef\xbb\xbf" + GOOD, b"", b"   ", more, GOOD + b"\r"])
    assert artifacts.manifest.counts.events == 3
    assert sum(artifacts.manifest.dropped.values()) == 0


def test_a_repeated_request_is_kept_once(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """The same request at the same position of the same session is one playback."""
    once = {"session": "s", "position": 0, "request": "r"}
    rows = [
        make_event(1, 10, 0.5, 0, **once),
        make_event(1, 10, 0.5, 3, **once),
        make_event(1, 11, 0.5, 4, session="s", position=1, request="r"),
        make_event(1, 11, 0.5, 5, session="s", position=1),
        make_event(1, 11, 0.5, 6, session="s", position=1),
    ]
    artifacts = preprocess(rows)
    assert artifacts.manifest.counts.events == 4
    assert artifacts.manifest.dropped["repeated_request"] == 1


def test_the_commoner_type_of_user_wins(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Where most users are texts, an integer is the odd one out."""
    artifacts = preprocess([make_event("ann", 10, 1), make_event("zoé", 10, 1), make_event(7, 10, 1)])
    assert [artifacts.user_ids[row] for row in range(artifacts.n_users)] == ["ann", "zoé"]
    assert artifacts.manifest.dropped["other_user_type"] == 1


def test_a_column_that_no_row_has_is_an_error_that_names_it(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """A log of another service is refused by the name of what it lacks."""
    row = make_event(1, 10, 1)
    row["fraction"] = row.pop("time")
    with pytest.raises(InputError, match="column 'time'"):
        preprocess([row, row])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("timestamp", "1700000000", "no_timestamp in 3 of 3 rows, .*; write milliseconds since 1970, not seconds"),
        ("timestamp", "1700000000000000", "no_timestamp in 3 of 3 rows"),
        ("track", "99", "unknown_track in 3 of 3 rows, .*; name the catalogue that has the tracks of this log"),
        ("time", "98", "bad_time in 3 of 3 rows, .*; write the fraction .* not percent or seconds"),
        ("user", '""', "unusable_user in 3 of 3 rows"),
    ],
)
def test_a_log_of_which_every_row_breaks_a_rule_is_refused(
    preprocess: Preprocess, field: str, value: str, sentence: str
) -> None:
    """A log in seconds or percent, or of another catalogue, is an error that names the rule and what mends it."""
    with pytest.raises(InputError, match=f"^no row of the log can be used: {sentence}"):
        preprocess([changed(field, value)] * 3)


def test_a_log_of_which_no_row_is_usable_is_refused_by_its_commonest_rule(preprocess: Preprocess) -> None:
    """One line of junk among rows in percent does not make artifacts of nothing; one good row makes some."""
    percent = [changed("time", "98")] * 2
    with pytest.raises(InputError, match="bad_time in 2 of 3 rows"):
        preprocess([*percent, b"junk"])
    assert preprocess([*percent, GOOD]).manifest.counts.events == 1


@pytest.mark.parametrize("ann", ["ann", 7])
def test_a_tombstone_leaves_out_all_until_then(preprocess: Preprocess, make_event: MakeEvent, ann: str | int) -> None:
    """Rows up to a user's latest tombstone are left out, wherever it stands; later ones and other users' are kept."""
    bob = "bob" if ann == "ann" else 8
    tombstones = [make_event(ann, None, None, at, message="forget") for at in (5, 2)]
    rows = [make_event(user, 10, 0.5, at) for user in (ann, bob) for at in (4, 5, 6)]
    artifacts = preprocess([tombstones[0], *rows, tombstones[1]])
    assert artifacts.manifest.counts.events == 1 + 3
    assert artifacts.manifest.dropped == dict.fromkeys(RULES, 0) | {"forgotten": 2 + 2}
    assert {artifacts.user_ids[row] for row in range(artifacts.n_users)} == {ann, bob}


def test_a_user_with_nothing_later_is_gone(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Who was forgotten and has not come back is not among the users."""
    rows = [make_event(1, 10, 0.5, 0), make_event(2, 10, 0.5, 0), make_event(1, None, None, 1, message="forget")]
    artifacts = preprocess(rows)
    assert [artifacts.user_ids[row] for row in range(artifacts.n_users)] == [2]


def test_what_obeys_breaks_no_rule() -> None:
    """Of all mixtures of good and bad values, a row that obeys the rules breaks none; the one of good values obeys."""
    values: dict[str, list[Any]] = {
        "message": ["next", "forget", None],
        "timestamp": [1e11, 1e11 - 1, -1.0, 1e14 + 1, float("nan"), None],
        "user": [1, None],
        "user_text": [None, "ann", ""],
        "track_idx": [0, None],
        "time": [1.0, 1.01, float("nan"), None],
    }
    rows = [dict(zip(values, mixture, strict=True)) for mixture in itertools.product(*values.values())]
    frame = pl.DataFrame(rows, schema_overrides={"message": MESSAGES}, infer_schema_length=None)
    judged = frame.select(obeys=obeys_rules(), broken=broken_rule())
    assert judged["obeys"].to_list()[0] is True
    assert judged.filter("obeys")["broken"].null_count() == judged["obeys"].sum() == 6
    plain = frame["user"].is_not_null() & (frame["message"] == "next").fill_null(value=False)
    assert (judged["broken"].is_null() & plain).equals(judged["obeys"] & plain)
