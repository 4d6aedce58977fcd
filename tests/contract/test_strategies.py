"""Every registered strategy and every chain of settings.toml keeps the same promises."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.settings import load_settings
from preprocessing.artifacts import Artifacts, load, publish
from strategies.base import Slate
from strategies.chain import Chain
from strategies.hydrate import hydrate
from strategies.registry import REGISTRY, build_chain, build_chains
from strategies.session import Session
from tests.tiny import draft, query, random_columns, tiny_artifacts

ROOT = Path(__file__).parents[2]


def every_chain() -> list[Chain]:
    """Each strategy alone, the configured chains, and each of those exploring."""
    configured = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")}).chains
    alone = [build_chain(f"only {name}", [{"use": name}]) for name in REGISTRY]
    exploring = [{"use": "explore", "share": 0.5, "first": 3}]
    explored = {f"{name}, exploring": [*stages, *exploring] for name, stages in configured.items()}
    return [*alone, *build_chains(configured | explored).values()]


CHAINS = every_chain()
HONEST = [chain for chain in CHAINS if not chain.allows_repeats]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The tiny world."""
    return tiny_artifacts(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_answers_unknown_user(chain: Chain, artifacts: Artifacts) -> None:
    """A user whom the log does not know is answered."""
    assert len(chain(query(artifacts, [(0, 1.0)], user=12345)).tracks) == 1


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_answers_empty_session(chain: Chain, artifacts: Artifacts) -> None:
    """A session whose every track has left the catalogue is answered."""
    gone = Session("s", 0, 777, [777, 778], [0.5, 0.5], 1, 0, penalised=False)
    posed = hydrate(gone, 1, artifacts, skip_threshold=0.2, seed=1)
    assert posed.tracks == []
    assert len(chain(posed).tracks) == 1


@pytest.mark.parametrize("chain", HONEST, ids=lambda chain: chain.name)
def test_no_repeat(chain: Chain, artifacts: Artifacts) -> None:
    """A session that follows the answers hears every track of the catalogue once before any comes again."""
    heard = [(0, 1.0)]
    while len(heard) < artifacts.n_tracks:
        (track,) = chain(query(artifacts, heard)).tracks
        assert track not in dict(heard)
        heard.append((track, 0.5))


@pytest.mark.parametrize("chain", HONEST, ids=lambda chain: chain.name)
def test_no_dislike(chain: Chain, artifacts: Artifacts) -> None:
    """A user who dislikes all tracks but one is answered that one."""
    assert chain(query(artifacts, [(0, 1.0)], user=3)).tracks == [11]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_answers_when_nothing_is_left(chain: Chain, artifacts: Artifacts) -> None:
    """Where every track was heard or is disliked, there is an answer all the same."""
    heard = [(track, 1.0) for track in range(artifacts.n_tracks)]
    assert len(chain(query(artifacts, heard, user=3)).tracks) == 1


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_same_seed_same_answer(chain: Chain, artifacts: Artifacts) -> None:
    """The same user, session and position get the same queue; a replay repeats itself."""
    heard = [(0, 1.0), (1, 0.1), (5, 0.9)]
    queues = [chain(query(artifacts, heard, user=1, wanted=5)).tracks for _ in range(3)]
    assert queues[0] == queues[1] == queues[2]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_queue_is_distinct(chain: Chain, artifacts: Artifacts) -> None:
    """A queue holds as many distinct tracks as asked for, or the whole catalogue."""
    for wanted in (2, 5, 12, 100):
        decision = chain(query(artifacts, [(0, 1.0), (4, 0.0)], user=1, wanted=wanted))
        assert len(decision.tracks) == len(set(decision.tracks)) == min(wanted, artifacts.n_tracks)
        assert len(decision.by) == len(decision.tracks)


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_propensity_is_a_probability(chain: Chain, artifacts: Artifacts) -> None:
    """An answer's propensity is above 0 and at most 1, the chances of all answers sum to 1, or neither is known."""
    decision = chain(query(artifacts, [(0, 1.0), (4, 0.5)], user=1))
    if decision.chances is None:
        assert decision.propensity is None
    else:
        assert decision.propensity is not None
        assert 0 < decision.propensity <= 1
        assert sum(decision.chances.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", REGISTRY)
def test_leaves_its_slate(name: str, artifacts: Artifacts) -> None:
    """A strategy returns a new slate and leaves the one that it was given as it was."""
    given_slate = Slate.of([1, 2, 3], "before")
    (strategy,) = build_chain("one", [{"use": name}]).strategies
    strategy(query(artifacts, [(0, 1.0), (1, 0.1), (2, 0.3), (3, 0.5)], user=1, penalised=True), given_slate)
    assert given_slate == Slate.of([1, 2, 3], "before")


@given(seed=st.integers(0, 2**32), length=st.integers(1, 60), user=st.integers(0, 6), wanted=st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_promises_over_random_worlds(seed: int, length: int, user: int, wanted: int) -> None:
    """In any world and session: an answer always, and none disliked or heard while another track is left."""
    rng = Random(seed)
    with TemporaryDirectory() as folder:
        world = load(publish(Path(folder), draft(random_columns(rng))))
        tracks = [world.track_ids[rng.randrange(world.n_tracks)] for _ in range(length)]
        times = [rng.choice([0.0, 0.2, 0.5, 1.0]) for _ in tracks]
        session = Session("s", 0, tracks[0], tracks, times, length - 1, 0, penalised=rng.random() < 0.3)
        for chain in CHAINS:
            first, again = (hydrate(session, user, world, skip_threshold=0.2, seed=1, wanted=wanted) for _ in range(2))
            tracks = chain(first, explain=True).tracks
            assert tracks == chain(again).tracks, "explaining changes nothing"
            assert len(tracks) == len(set(tracks)) == min(wanted, world.n_tracks)
            if not chain.allows_repeats:
                allowed = world.n_tracks - len(first.excluded)
                assert not first.excluded.keys() & set(tracks[:allowed])
