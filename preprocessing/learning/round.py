"""One round: read the log, fit all but the newest sessions, let those judge, and switch or leave it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from preprocessing.artifacts import ArtifactError, Artifacts, Draft, load, only_writer, remove_old, switch, write
from preprocessing.learning.gate import Margins, Verdict, judge, judges
from preprocessing.learning.holdout import held_out_size, opening_times, split
from preprocessing.parameters import Parameters
from preprocessing.pipeline import Source, fit, read
from preprocessing.progress import Reporter


@dataclass(frozen=True, slots=True)
class Plan:
    """What a learner is told, once for all rounds."""

    catalogue: Sequence[str]  # files, folders or globs
    log: Sequence[str]
    artifacts: Path
    parameters: Parameters
    held_out_share: float  # of the sessions that are new
    least_held_out: int  # sessions that judge, 1 or more; with fewer, or fewer than twice as many new, the round waits
    margins: Margins
    keep: int  # versions


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a round."""

    decision: Literal["first", "accepted", "refused", "waiting"]
    sentence: str


def learn(plan: Plan, reporter: Reporter) -> Outcome:
    """Run one round; ``current`` is the old version or a new one that was judged, whatever happens.

    Raises:
        InputError: The log or the catalogue cannot be used.
        ArtifactError: What was written cannot be read again.
        OSError: The artifacts cannot be written.
    """
    source = read(plan.catalogue, plan.log, plan.parameters, reporter, plan.artifacts / ".parts")
    current = _current(plan.artifacts)
    if current is None:
        draft = _fitted(plan, source, reporter)
        with only_writer(plan.artifacts):
            folder = _written(plan, draft, reporter)
            return _settle(plan, folder, Outcome("first", "there was no version to compare with"), None, None)
    learned_until = current.manifest.newest_session_ms
    openings = opening_times(source)
    new = len(openings) if learned_until is None else int((openings > learned_until).sum())
    held_out = held_out_size(new, plan.held_out_share, plan.least_held_out)
    known = f"{new:,} sessions have opened since {current.manifest.version} was learned"
    if held_out is None:
        return Outcome("waiting", f"{known}; a round takes {2 * plan.least_held_out:,} or more")
    parts = split(source, held_out)
    can_judge = len(judges(parts.held_out, current))
    if can_judge < plan.least_held_out:
        few = f"only {can_judge:,} of the {len(parts.held_out):,} held out have two tracks or more that it knows"
        return Outcome("waiting", f"{known}, but {few}; {plan.least_held_out:,} or more judge")
    draft = _fitted(plan, parts.fitted, reporter)
    with only_writer(plan.artifacts):
        folder = _written(plan, draft, reporter)
        del draft  # the whole of it, in memory
        try:
            with reporter.stage("gate"):
                verdict = judge(current, load(folder), parts.held_out, plan.margins)
            outcome = Outcome("accepted" if verdict.passed else "refused", verdict.sentence)
            return _settle(plan, folder, outcome, current, verdict)
        except BaseException:
            if (plan.artifacts / "current").resolve() != folder.resolve():
                shutil.rmtree(folder, ignore_errors=True)
            raise


def _fitted(plan: Plan, source: Source, reporter: Reporter) -> Draft:
    return fit(source, plan.parameters, reporter, plan.artifacts / ".parts").draft


def _written(plan: Plan, draft: Draft, reporter: Reporter) -> Path:
    with reporter.stage("writing"):
        return write(plan.artifacts, draft)


def _settle(plan: Plan, folder: Path, outcome: Outcome, current: Artifacts | None, verdict: Verdict | None) -> Outcome:
    """Switch to a version or remove it, and leave a report."""
    against = current.manifest.version if current else None
    if outcome.decision == "refused":
        shutil.rmtree(folder)
        outcome = Outcome("refused", f"{folder.name} {outcome.sentence}; {against} stays current")
    else:
        switch(plan.artifacts, folder.name)
        remove_old(plan.artifacts, plan.keep)
        outcome = Outcome(outcome.decision, f"{folder.name} is current; {outcome.sentence}")
    reports = plan.artifacts / "reports"
    reports.mkdir(exist_ok=True)
    report = asdict(outcome) | {
        "version": folder.name,
        "against": against,
        "gate": asdict(verdict) if verdict else None,
    }
    (reports / f"{folder.name}.json").write_text(json.dumps(report, indent=2, allow_nan=False) + "\n")
    return outcome


def _current(root: Path) -> Artifacts | None:
    """Return the current version; None where there is none that can be loaded: then anything is better."""
    try:
        return load(root, verify=False)
    except ArtifactError:
        return None
