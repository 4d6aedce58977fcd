"""A block of episodes in process: the unit of work, the same in any process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from preprocessing.artifacts import Artifacts, load
from simulator.crowd import Crowd
from simulator.running.episodes import Episodes
from simulator.running.event_log import LogLines
from simulator.running.in_process import InProcess
from simulator.running.lockstep import listen
from simulator.running.same_catalogue import check_same_catalogue
from simulator.running.serving import Served, Serving, choose_serving
from simulator.running.tally import Counter, Tally
from simulator.worlds import World


@dataclass(frozen=True, slots=True)
class Setup:
    """All that a process needs to run any block."""

    world: World
    settings: Settings
    artifacts: Path
    experiment: str | None = None
    chains: tuple[str, ...] = ()
    with_log: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What came of a block: its tally, and its log by episode and position (empty where none is kept)."""

    tally: Tally
    log: bytes


class Runner:
    """Runs blocks.

    Raises:
        SimulatorError: The artifacts are not of the world's catalogue, or the experiment is unknown.
        ArtifactError: The artifacts are missing or damaged.
        ConfigurationError: A chain is unknown or cannot be built.
    """

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._serving = choose_serving(setup.settings, setup.experiment, setup.chains)
        self._artifacts: Artifacts = load(setup.artifacts, verify=False)
        check_same_catalogue(setup.world, self._artifacts)

    def run(self, episodes: Episodes) -> Block:
        """Run the episodes of a block to their ends."""
        world, settings = self._setup.world, self._setup.settings
        served = serve_all(world, episodes, self._serving)
        service = InProcess(world, episodes, served, self._artifacts, settings)
        lines = LogLines(world, episodes, served)
        counter = Counter(
            [one.group for one in served], episodes.users, world.catalogue.track_artist, settings.session.skip_threshold
        )
        log: list[list[bytes]] = [[] for _ in range(len(episodes))]
        crowd = Crowd(world, episodes.seed, episodes.numbers, users=episodes.users)
        for happened in listen(crowd, service, at_once=len(episodes)):
            counter.count(happened)
            if self._setup.with_log:
                for row, line in zip(happened.rows.tolist(), lines.lines(happened), strict=True):
                    log[row].append(line)
        tally = counter.tally(service.decisions, service.deciding_s)
        return Block(tally, b"".join(line for episode in log for line in episode))


def serve_all(world: World, episodes: Episodes, serving: Serving) -> list[Served]:
    """Return how each episode is served."""
    ids = world.listeners.user_ids
    return [
        serving.of(number, ids[user])
        for number, user in zip(episodes.numbers.tolist(), episodes.users.tolist(), strict=True)
    ]
