"""Learn from the log so far: fit a new version, judge it on the newest sessions, and switch to it if it is no worse."""

from __future__ import annotations

import argparse
import logging
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path

from rich.console import Console

from preprocessing.artifacts import ArtifactError
from preprocessing.errors import InputError
from preprocessing.learning.gate import Margins
from preprocessing.learning.lock import only_learner
from preprocessing.learning.round import Plan, learn
from preprocessing.options import add_options, parameters_of
from preprocessing.progress import Reporter

REFUSED = 1

logger = logging.getLogger(__name__)
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def main(arguments: Sequence[str], prog: str) -> int:
    """Learn once, or for ever with ``--every``; return 0, or 1 where the candidate was refused.

    Raises:
        InputError: The input cannot be used, or another learner is at work.
        ArtifactError: What was written cannot be read again.
        OSError: The artifacts cannot be written.
    """
    options = _parser(prog).parse_args(arguments)
    plan = Plan(
        catalogue=options.catalogue,
        log=options.log,
        artifacts=Path(options.artifacts),
        parameters=parameters_of(options),
        held_out_share=options.held_out,
        least_held_out=options.least_held_out,
        margins=Margins(options.margin_log_loss, options.margin_fraction),
        keep=options.keep,
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s learn: %(message)s")
    with _terminated_as_interrupted(), only_learner(plan.artifacts):
        if options.every is None:
            return REFUSED if _round(plan) == "refused" else 0
        while True:
            started_s = time.monotonic()
            try:
                _round(plan)
            except (InputError, ArtifactError, OSError) as error:
                logger.error("this round failed, the current version stays: %s", error)
            pause_s = max(0.0, started_s + options.every - time.monotonic())
            logger.info("the next round begins in %.0f s", pause_s)
            time.sleep(pause_s)


def _round(plan: Plan) -> str:
    logger.info("a round begins: %s into %s", ", ".join(plan.log), plan.artifacts)
    with Reporter(Console(stderr=True)) as reporter:
        outcome = learn(plan, reporter)
    logger.log(logging.WARNING if outcome.decision == "refused" else logging.INFO, "%s", outcome.sentence)
    return outcome.decision


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM unwind as Ctrl-C does, so that nothing half done is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description=__doc__,
        epilog=f"example: {prog} --every 24h --catalogue tracks.jsonl --log data/log --artifacts data/artifacts",
    )
    parser.add_argument("--every", type=_duration_s, metavar="TIME", help="a round each so often, e.g. 24h or 30m")
    gate = parser.add_argument_group("the gate")
    gate.add_argument(
        "--held-out", type=_share, default=0.1, metavar="SHARE", help="newest of the new sessions (default %(default)s)"
    )
    gate.add_argument(
        "--least-held-out",
        type=_sessions,
        default=100,
        metavar="N",
        help="sessions that judge, or wait (default %(default)s)",
    )
    gate.add_argument(
        "--margin-log-loss",
        type=_margin,
        default=0.01,
        metavar="X",
        help="it may rise by, in nats (default %(default)s)",
    )
    gate.add_argument(
        "--margin-fraction",
        type=_margin,
        default=0.01,
        metavar="X",
        help="the fraction heard of the picked track may fall by (default %(default)s)",
    )
    add_options(parser)
    return parser


def _share(text: str) -> float:
    share = _number(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def _sessions(text: str) -> int:
    number = _number(text)
    if number < 1 or not number.is_integer():
        raise argparse.ArgumentTypeError(f"{text} is no number of sessions; at least one has to judge")
    return int(number)


def _margin(text: str) -> float:
    margin = _number(text)
    if not isfinite(margin):
        raise argparse.ArgumentTypeError(f"{text} is no margin that anything could be compared with")
    return margin


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from error


def _duration_s(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d*)([smhd])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 24h, 30m, 90s or 7d")
    return int(found[1]) * _UNITS_S[found[2]]
