"""What a listener hears: the chain, the penalty and the session, over HTTP."""

from __future__ import annotations

from collections import Counter
from itertools import count, pairwise
from typing import Any

import pytest

from experiments.assignment import Experiment
from tests.service import Service
from tests.worlds import N_TRACKS, PER_ARTIST, World

NEW_USERS = count(2_000_000)


def test_explain_tells_who_answered_and_what_was_removed(service: Service, world: World) -> None:
    """The trace names each stage in order, what it added and removed, why, and the penalty."""
    user = world.users[0]  # dislikes the tracks of rows 1 and 2
    service.next(user, world.tracks[0], 0.9)
    answer = service.next(user, world.tracks[3], 0.1, explain="true")
    trace = answer["trace"]
    assert (trace["position"], trace["anchor"], trace["chain"]) == (1, world.tracks[0], "segue")
    assert trace["penalty"] == {"count": 1, "max": 5, "skip_threshold": 0.2, "penalised": False}
    assert [step["strategy"] for step in trace["steps"]][:4] == [
        "sticky_artist",
        "dislike_filter",
        "diversity_injector",
        "contextual_fallback",
    ]
    sticky, dislikes = trace["steps"][:2]
    assert set(sticky["added"]) == set(world.tracks[:PER_ARTIST])
    assert {removal["track"]: removal["reason"] for removal in dislikes["removed"]} == {
        world.tracks[0]: "heard",
        world.tracks[1]: "disliked",
        world.tracks[2]: "disliked",
        world.tracks[3]: "skipped",
    }
    assert dislikes["removed_count"] == 4
    assert dislikes["candidates"] == PER_ARTIST - 4
    assert (trace["answered_by"], trace["propensity"]) == ("sticky_artist", 1)
    assert answer["track"] in world.tracks[4:PER_ARTIST]
    service.http.delete(f"/sessions/{user}")


def test_five_skips_bring_the_fallback(service: Service, world: World) -> None:
    """The fifth skip in a row is answered by the contextual fallback, and the counter starts again at 0."""
    user, track = next(NEW_USERS), world.tracks[0]
    seen = []
    for _ in range(11):
        answer = service.next(user, track, 0.2, explain="true")
        seen.append(answer["trace"])
        track = answer["track"]
    assert [trace["penalty"]["count"] for trace in seen] == [1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]
    penalised = [trace["penalty"]["penalised"] for trace in seen]
    assert penalised == [False] * 4 + [True] + [False] * 4 + [True, False]
    assert [trace["answered_by"] for trace in seen if trace["penalty"]["penalised"]] == ["contextual_fallback"] * 2
    assert service.session(user)["penalty"] == 1  # type: ignore[index]


def test_a_heard_track_forgives_the_skips(service: Service, world: World) -> None:
    """Four skips and a track heard bring no penalty."""
    user, track = next(NEW_USERS), world.tracks[0]
    for time in (0.0, 0.1, 0.2, 0.15, 0.21, 0.0):
        answer = service.next(user, track, time, explain="true")
        track = answer["track"]
        assert answer["trace"]["penalty"]["penalised"] is False
    assert answer["trace"]["penalty"]["count"] == 1


def test_a_track_by_another_artist_every_five(service: Service, world: World) -> None:
    """Position 4 is answered by the diversity injector with a favourite by another artist."""
    user, track = world.users[0], world.tracks[0]
    by = []
    for _ in range(5):
        answer = service.next(user, track, 1.0, explain="true")
        track = answer["track"]
        by.append((answer["trace"]["answered_by"], world.artist_of(track)))
    assert by[:4] == [("sticky_artist", 0)] * 4
    assert by[4] == ("diversity_injector", 1)
    assert track == world.tracks[8]  # the first of the favourites
    service.last(user, track)


@pytest.mark.parametrize("row", range(4))
def test_a_long_session_repeats_nothing(service: Service, world: World, row: int) -> None:
    """Until the catalogue is used up no track comes twice and none that the user dislikes, skips and all."""
    user = world.users[row]
    track = world.tracks[8]
    heard, disliked = [track], world.disliked(user)
    for step in range(N_TRACKS - len(disliked | {track})):
        answer = service.next(user, track, 0.1 if step % 7 < 5 else 0.9, n=1 + step % 3)
        track = answer["track"]
        assert track not in disliked
        assert disliked.isdisjoint(answer["tracks"][: N_TRACKS - len(disliked | {*heard})])
        heard.append(track)
    assert max(Counter(heard).values()) == 1
    for _ in range(5):  # the catalogue is used up, and there is an answer all the same
        track = service.next(user, track, 1.0)["track"]
        assert track in world.tracks
    service.last(user, track)


def test_nothing_leaks_into_the_next_session(service: Service, world: World) -> None:
    """After /last the history, the penalty and the anchor are those of a new session."""
    user = next(NEW_USERS)
    for track in world.tracks[:4]:
        service.next(user, track, 0.0)
    first = service.session(user)
    service.last(user, world.tracks[4], 0.0)
    assert service.session(user) is None
    answer = service.next(user, world.tracks[8], 0.0, explain="true")
    second = service.session(user)
    assert first is not None
    assert second is not None
    assert first["session"] != second["session"]
    assert second["playbacks"] == [{"track": world.tracks[8], "time": 0.0}]
    assert (second["anchor"], second["position"], second["penalty"]) == (world.tracks[8], 0, 1)
    removed = [removal["track"] for step in answer["trace"]["steps"] for removal in step["removed"]]
    assert removed == [world.tracks[8]]


def test_a_repeated_request_gets_the_same_answer(service: Service, world: World) -> None:
    """The same X-Request-ID is counted once and answered the same, for /next and for /last."""
    user = next(NEW_USERS)

    def send(call: str, track: Any, request: str) -> Any:  # noqa: ANN401 - ids and answers of any type
        response = service.http.post(
            f"/{call}/{user}", json={"track": track, "time": 0.1}, headers={"X-Request-ID": request}
        )
        assert response.status_code == 200
        return response.json()

    service.next(user, world.tracks[0])
    answers = [send("next", world.tracks[1], "again") for _ in range(5)]
    assert answers == [answers[0]] * 5
    assert service.session(user)["position"] == 1  # type: ignore[index]
    assert [send("last", answers[0]["track"], "end") for _ in range(3)] == [{"user": user}] * 3
    assert service.session(user) is None
    service.next(user, world.tracks[2])
    assert service.session(user)["position"] == 0  # type: ignore[index]


def test_experiments_route_users(text_service: Service, text_world: World) -> None:
    """Each user is served by the chain of their treatment, the control repeating as the predecessor's did."""
    experiment = Experiment("SEGUE", {"C": "control", "T1": "segue", "T2": "taste"})
    users = [f"listener {i}" for i in range(10)]
    assert {experiment.assign(user) for user in users} == {"C", "T1", "T2"}
    for user in users:
        treatment = experiment.assign(user)
        trace = text_service.next(user, text_world.tracks[0], explain="true")["trace"]
        assert trace["treatments"] == {"SEGUE": treatment}
        assert trace["chain"] == experiment.treatments[treatment]
        profile = text_service.http.get(f"/users/{user}").json()
        assert (profile["chain"], profile["treatments"]) == (trace["chain"], trace["treatments"])
    control = next(user for user in users if experiment.assign(user) == "C")
    heard = [text_service.next(control, text_world.tracks[0])["track"] for _ in range(30)]
    assert {text_world.artist_of(track) for track in heard} == {0}
    assert len(set(heard)) < len(heard)


def test_a_string_catalogue_from_end_to_end(text_service: Service, text_world: World) -> None:
    """String ids with spaces, quotes and any letters go in, are remembered, and come out as they are."""
    for user in (*text_world.users, "new/comer", "👩‍🎤 %2F?", "7"):
        tracks = [text_service.next(user, track, 0.5)["track"] for track in text_world.tracks]
        assert set(tracks) <= set(text_world.tracks)
        session = text_service.session(user)
        assert session is not None
        assert [playback["track"] for playback in session["playbacks"]] == list(text_world.tracks)
        assert session["user"] == user
        assert text_service.last(user, tracks[-1]) == {"user": user}
    for track in text_world.tracks:
        response = text_service.http.get(f"/track/{''.join(f'%{byte:02x}' for byte in track.encode())}")
        assert response.json()["track"] == track
    logged = {event["user"] for event in text_service.events()}
    assert logged >= {*text_world.users, "new/comer"}
    positions = [event["position"] for event in text_service.events() if event["user"] == "new/comer"]
    assert all(after == before + 1 for before, after in pairwise(positions))
