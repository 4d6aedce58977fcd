"""The HTTP contract, call by call, against the real service."""

from __future__ import annotations

from itertools import count

import pytest

from tests.service import Service
from tests.worlds import ARTISTS, World

NEW_USERS = count(1_000_000)


def test_root_says_that_the_service_is_alive(service: Service) -> None:
    """GET / answers as the predecessor did."""
    response = service.http.get("/")
    assert response.status_code == 200
    assert response.json()["status"] == "alive"
    assert response.headers["content-type"] == "application/json"


def test_track_tells_artist_and_title(service: Service, world: World) -> None:
    """GET /track/{track} answers with the id as an integer, its artist and its title."""
    response = service.http.get(f"/track/{world.tracks[9]}")
    assert response.json() == {"track": world.tracks[9], "artist": ARTISTS[1], "title": "Sõng 9"}


def test_an_old_clients_session_works_unchanged(service: Service, world: World) -> None:
    """POST /next and /last answer exactly the predecessor's fields, integers in and integers out."""
    user = next(NEW_USERS)
    answer = service.next(user, world.tracks[0])
    assert answer.keys() == {"user", "track"}
    assert answer["user"] == user
    assert type(answer["track"]) is int
    assert answer["track"] in world.tracks
    assert service.last(user, answer["track"], 0) == {"user": user}


@pytest.mark.parametrize("n", [1, 2, 5, 24, 100])
def test_n_adds_a_queue(service: Service, world: World, n: int) -> None:
    """?n= adds distinct tracks whose head is the answer, and no more than the catalogue holds."""
    answer = service.next(next(NEW_USERS), world.tracks[0], n=n)
    assert answer["tracks"][0] == answer["track"]
    assert len(answer["tracks"]) == len(set(answer["tracks"])) == min(n, len(world.tracks))


@pytest.mark.parametrize(("text", "traced"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_explain_is_a_switch(service: Service, world: World, text: str, traced: bool) -> None:
    """?explain= adds the trace or leaves the answer as it is."""
    assert ("trace" in service.next(next(NEW_USERS), world.tracks[0], explain=text)) is traced


def test_the_live_session_can_be_read_and_ended(service: Service, world: World) -> None:
    """GET /sessions/{user} shows what was heard, and DELETE ends it."""
    user, (first, second) = next(NEW_USERS), world.tracks[:2]
    assert service.session(user) is None
    service.next(user, first, 0.9)
    service.next(user, second, 0.1)
    live = service.http.get(f"/sessions/{user}").json()
    assert 0 <= live.pop("age_s") < 60
    assert live.pop("session")
    assert live == {
        "user": user,
        "anchor": first,
        "position": 1,
        "playbacks": [{"track": first, "time": 0.9}, {"track": second, "time": 0.1}],
        "penalty": 1,
        "max_penalty": 5,
        "treatments": {},  # the chain is forced on everybody: nobody is given one by chance
        "chain": "segue",
    }
    for _ in range(2):  # there is nothing wrong with ending what has ended
        response = service.http.delete(f"/sessions/{user}")
        assert (response.status_code, response.content) == (204, b"")
    assert service.session(user) is None


def test_a_user_has_a_profile(service: Service, world: World) -> None:
    """GET /users/{user} tells what the log knows, best first, and says when it knows nothing."""
    known = service.http.get(f"/users/{world.users[0]}").json()
    assert known["known"] is True
    assert known["first_tracks"] == [world.tracks[0]]
    assert known["favourites"] == [world.tracks[row] for row in (8, 9, 10)]
    assert known["disliked"] == [world.tracks[row] for row in (1, 2)]
    assert known["favourite_artists"] == [ARTISTS[1]]
    assert (known["chain"], known["treatments"]) == ("segue", {})
    unknown = service.http.get(f"/users/{next(NEW_USERS)}").json()
    assert unknown["known"] is False
    assert unknown["favourites"] == []


def test_strategies_are_listed_with_documented_parameters(service: Service) -> None:
    """GET /strategies names every strategy, describes every parameter, and shows the chains as configured."""
    answer = service.http.get("/strategies").json()
    names = {strategy["name"] for strategy in answer["strategies"]}
    assert names >= {"sticky_artist", "dislike_filter", "diversity_injector", "contextual_fallback"}
    assert names >= {"popular", "random", "indexed"}
    assert all(strategy["description"] for strategy in answer["strategies"])
    assert all(parameter["description"] for strategy in answer["strategies"] for parameter in strategy["parameters"])
    assert [stage["use"] for stage in answer["chains"]["segue"]] == [
        "sticky_artist",
        "dislike_filter",
        "diversity_injector",
        "contextual_fallback",
    ]
    assert answer["forced_chain"] == "segue"


def test_experiments_are_listed_in_the_order_of_assignment(text_service: Service, service: Service) -> None:
    """GET /experiments lists treatments from the control on with their shares, and a chain that is forced."""
    answer = text_service.http.get("/experiments").json()
    (listed,) = answer["experiments"]
    assert listed["treatments"] == {"C": "control", "T1": "segue", "T2": "taste"}
    assert list(listed["treatments"]) == ["C", "T1", "T2"]
    assert listed["shares"] == pytest.approx({"C": 1 / 3, "T1": 1 / 3, "T2": 1 / 3})
    assert answer["forced_chain"] is None
    assert service.http.get("/experiments").json()["forced_chain"] == "segue"


def test_health_tells_each_dependency(service: Service) -> None:
    """/health/live answers, and /health/ready gives a reason per dependency."""
    assert service.http.get("/health/live").json()["status"] == "alive"
    ready = service.ready()
    assert ready["status"] == "ready"
    assert ready["dependencies"].keys() == {"session_store", "artifacts", "event_log"}
    assert all(dependency["reason"] for dependency in ready["dependencies"].values())
