"""A whole run: blocks of episodes in one or several processes, or one crowd over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from multiprocessing import active_children, get_context
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import BinaryIO

from simulator.crowd import Crowd
from simulator.errors import SimulatorError
from simulator.running.block import Block, Runner, Setup, serve_all
from simulator.running.episodes import FIRST_MS, Episodes, plan_episodes
from simulator.running.event_log import LogLines
from simulator.running.lockstep import listen
from simulator.running.over_http import OverHttp
from simulator.running.serving import choose_serving
from simulator.running.tally import Counter, Tally, together

BLOCK = 1000  # episodes; large enough for lockstep, and the same however many processes there are

# (episodes that have ended since the last call, their listening time, playbacks)
Advance = Callable[[int, float, int], None]


def run_in_process(
    setup: Setup,
    seed: int,
    episodes: int,
    workers: int,
    advance: Advance,
    log: Path | None = None,
    first_ms: int = FIRST_MS,
) -> Tally:
    """Run episodes against the chains in process.

    Args:
        setup: World, settings, artifacts, and how episodes are served.
        seed: Of the episodes.
        episodes: How many.
        workers: Processes; the result is the same for any number.
        advance: Is told of the progress.
        log: A file to write the log to; the blocks that are done are in it, whatever happens.
        first_ms: When the first day begins, since the epoch.

    Raises:
        SimulatorError: A part does not fit, or a worker died.
    """
    plan = plan_episodes(setup.world, seed, episodes, first_ms)
    tallies = []
    with ExitStack() as stack:
        file = stack.enter_context(open_log(log)) if log is not None else None
        for block in _blocks(setup, plan, min(workers, -(-episodes // BLOCK))):
            if file is not None:
                file.write(block.log)
                file.flush()
            tallies.append(block.tally)
            advance(block.tally.finished, float(block.tally.time.sum()), int(block.tally.tracks.sum()))
    return together(tallies)


def run_over_http(
    setup: Setup, seed: int, episodes: int, service: OverHttp, advance: Advance, log: Path | None = None
) -> Tally:
    """Run episodes against a service over HTTP; the artifacts and chains of the setup are not used.

    Raises:
        SimulatorError: The service is away or refuses; what was done until then is in the log.
    """
    plan = plan_episodes(setup.world, seed, episodes)
    served = serve_all(setup.world, plan, choose_serving(setup.settings, setup.experiment))
    counter = Counter(
        [one.group for one in served],
        plan.users,
        setup.world.catalogue.track_artist,
        setup.settings.session.skip_threshold,
    )
    lines = LogLines(setup.world, plan, served)
    service.enter(setup.world, plan)
    with ExitStack() as stack:
        file = stack.enter_context(open_log(log)) if log is not None else None
        crowd = Crowd(setup.world, seed, plan.numbers, users=plan.users)
        for happened in listen(crowd, service, service.concurrency):
            counter.count(happened)
            if file is not None:
                file.writelines(lines.lines(happened))
                file.flush()
            ended = happened.rows[happened.ended]
            advance(len(ended), float(counter.time[ended].sum()), len(happened.rows))
    return counter.tally()


def open_log(path: Path) -> BinaryIO:
    """Return a log file, opened anew; the same run writes the same file.

    Raises:
        SimulatorError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")
    except OSError as error:
        raise SimulatorError(f"the log {path} cannot be written: {error.strerror}") from error


def _blocks(setup: Setup, plan: Episodes, workers: int) -> Iterator[Block]:
    """Yield the blocks in order, whatever the order in which they were done."""
    parts = [plan.part(start, start + BLOCK) for start in range(0, len(plan), BLOCK)]
    runner = Runner(setup)  # here too, so that what is wrong is said by this process
    if workers == 1:
        yield from map(runner.run, parts)
        return
    # Not forked: the libraries' threads would not survive it.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_enter, initargs=(setup,))
    try:
        yield from pool.map(_run, parts)
    except BrokenProcessPool as error:
        raise SimulatorError("a worker process died, perhaps for want of memory; try fewer --workers") from error
    except (KeyboardInterrupt, GeneratorExit):
        for worker in active_children():  # nobody waits for the blocks that they are at
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_worker: list[Runner] = []  # of a worker process: built once, used for every block that it gets


def _enter(setup: Setup) -> None:
    signal(SIGINT, SIG_IGN)  # Ctrl-C reaches every process; the first one ends the run
    _worker.append(Runner(setup))


def _run(episodes: Episodes) -> Block:
    return _worker[0].run(episodes)
