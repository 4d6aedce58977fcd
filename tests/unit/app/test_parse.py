"""From bytes on the wire to ids and playbacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRequest, UnknownTrack
from app.parse import (
    MAX_ID_LENGTH,
    parse_count,
    parse_flag,
    parse_playback,
    parse_request_id,
    parse_track,
    parse_user,
)
from preprocessing.artifacts import Artifacts, load
from tests.worlds import INTEGER_TRACKS, STRING_TRACKS, World

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["track", "time", "x"]), inner),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def integers(world: World) -> Artifacts:
    """A catalogue and users with integer ids."""
    return load(world.folder)


@pytest.fixture(scope="module")
def texts(text_world: World) -> Artifacts:
    """A catalogue and users with string ids."""
    return load(text_world.folder)


def body(track: object, time: object) -> bytes:
    """Return a playback as a client sends it."""
    return json.dumps({"track": track, "time": time}).encode()


@pytest.mark.parametrize("text", ["0", "7", "-3", "007", str(2**63 - 1), str(-(2**63))])
def test_integer_users(integers: Artifacts, text: str) -> None:
    """Every 64-bit integer is a user, in the log or not."""
    assert parse_user(text, integers) == int(text)


@pytest.mark.parametrize(
    "text", ["", "x", "1.0", "1e3", " 1", "1 ", "+1", "٣", "1_0", "--1", "0x1", str(2**63), "9" * 10_000, "1\n"]
)
def test_what_is_no_integer_user(integers: Artifacts, text: str) -> None:
    """Anything but a 64-bit integer in ASCII digits is refused with a short sentence."""
    with pytest.raises(InvalidRequest, match=r"^a user id is a whole number") as caught:
        parse_user(text, integers)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("text", ["a", "a b", "čeněk", "👩‍🎤", "\u00a0", "٣", "1", "x" * MAX_ID_LENGTH, "\u2028"])
def test_string_users(texts: Artifacts, text: str) -> None:
    """Every text of 1 to 256 characters without control characters is a user, as it is."""
    assert parse_user(text, texts) == text


@pytest.mark.parametrize("text", ["", "x" * (MAX_ID_LENGTH + 1), "x" * 10_000, "a\x00", "a\nb", "\x1b", "\x7f", "\x85"])
def test_what_is_no_string_user(texts: Artifacts, text: str) -> None:
    """A text that is empty, too long or holds control characters is refused with a short sentence."""
    with pytest.raises(InvalidRequest, match=r"^a user id") as caught:
        parse_user(text, texts)
    assert len(str(caught.value)) < 200


def test_tracks_in_a_path(integers: Artifacts, texts: Artifacts) -> None:
    """A track in a path is one that the catalogue holds, or an error that names it."""
    assert [parse_track(str(track), integers) for track in INTEGER_TRACKS] == list(INTEGER_TRACKS)
    assert [parse_track(track, texts) for track in STRING_TRACKS] == list(STRING_TRACKS)
    with pytest.raises(UnknownTrack, match="101"):
        parse_track("101", integers)
    with pytest.raises(UnknownTrack, match="'nope'"):
        parse_track("nope", texts)
    with pytest.raises(InvalidRequest, match="whole number"):
        parse_track("nope", integers)


@pytest.mark.parametrize("time", [0, 1, 0.2, 1.0, 5e-324, 0.1234567890123456])
def test_playbacks(integers: Artifacts, texts: Artifacts, time: float) -> None:
    """A playback is a track of the catalogue and a fraction, to the last bit."""
    playback = parse_playback(body(100, time), integers)
    assert (playback.track, playback.time) == (100, time)
    playback = parse_playback(body(STRING_TRACKS[0], time), texts)
    assert (playback.track, playback.time) == (STRING_TRACKS[0], time)


@pytest.mark.parametrize("track", ["100.0", "1e2", "10.0E1"])
def test_a_whole_number_however_it_is_written(integers: Artifacts, track: str) -> None:
    """JSON has one kind of number: 100.0 is the track 100, and what is wrong beside it is still wrong."""
    assert parse_playback(b'{"track": %b, "time": 1}' % track.encode(), integers).track == 100
    with pytest.raises(InvalidRequest, match="track"):
        parse_playback(b'{"track": %b, "time": 2}' % track.encode(), integers)
    with pytest.raises(UnknownTrack, match="101"):
        parse_playback(b'{"track": 101.0, "time": 1}', integers)


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"nonsense", "not JSON"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b'"track"', "must be an object"),
        (b"{}", "track is missing"),
        (b'{"time": 1}', "track is missing"),
        (b'{"track": 100}', "time is missing"),
        (body(100, -0.001), "time must be a number from 0 to 1"),
        (body(100, 1.001), "time must be a number from 0 to 1"),
        (body(100, float("nan")), "time must be a number from 0 to 1"),
        (body(100, float("inf")), "time must be a number from 0 to 1"),
        (body(100, float("-inf")), "time must be a number from 0 to 1"),
        (b'{"track": 100, "time": 1e999}', "time must be a number from 0 to 1"),
        (body(100, "0.5"), "time must be a number from 0 to 1"),
        (body(100, None), "time must be a number from 0 to 1"),
        (body(100, True), "time must be a number from 0 to 1"),
        (body(100, [1]), "time must be a number from 0 to 1"),
        (body("100", 1), "track"),
        (body(100.5, 1), "track"),
        (body(True, 1), "track"),
        (body(None, 1), "track"),
        (b'{"track": ' + b"9" * 10_000 + b', "time": 1}', "track"),
    ],
)
def test_what_is_no_playback(integers: Artifacts, sent: bytes, named: str) -> None:
    """Whatever is wrong with a body is said in one short sentence."""
    with pytest.raises(InvalidRequest) as caught:
        parse_playback(sent, integers)
    assert named in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("track", [99, 101, -1, 2**63, -(2**63) - 1, 10**30])
def test_a_track_that_is_not_in_the_catalogue(integers: Artifacts, track: int) -> None:
    """An integer that is no track is an unknown track, however large."""
    with pytest.raises(UnknownTrack, match=str(track)):
        parse_playback(body(track, 0.5), integers)


@given(sent=JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_any_body_is_a_playback_or_an_error(integers: Artifacts, sent: bytes) -> None:
    """No body raises anything but what is rendered as a 4xx."""
    try:
        playback = parse_playback(sent, integers)
    except (InvalidRequest, UnknownTrack):
        return
    assert playback.track in INTEGER_TRACKS
    assert 0 <= playback.time <= 1


@given(text=st.text(max_size=300))
def test_any_path_is_an_id_or_an_error(integers: Artifacts, texts: Artifacts, text: str) -> None:
    """No path segment raises anything but what is rendered as a 4xx, and an id is what was sent."""
    for artifacts in (integers, texts):
        try:
            user = parse_user(text, artifacts)
        except InvalidRequest:
            continue
        assert user in (text, int(text) if artifacts is integers else text)


@pytest.mark.parametrize(
    ("parse", "good", "bad"),
    [
        (
            lambda text: parse_count(text, 100),
            ["1", "5", "100", "007"],
            ["0", "-1", "101", "10000", "", "x", "1.0", "٣"],
        ),
        (lambda text: parse_flag(text, "explain"), ["true", "True", "0", "false"], ["", "yes", "2", "tru"]),
        (parse_request_id, ["a", "x" * 128, "~!{}"], ["", "x" * 129, "a b", "é", "a\n", "\t"]),
    ],
)
def test_parameters(parse: Callable[[str], Any], good: list[str], bad: list[str]) -> None:
    """A parameter is taken as it is meant or refused by its name."""
    for text in good:
        parse(text)
    for text in bad:
        with pytest.raises(InvalidRequest, match=r"^(n|explain|the header X-Request-ID) must be"):
            parse(text)
