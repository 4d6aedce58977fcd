"""The decision trace in external ids, as ``?explain=true`` answers it."""

from __future__ import annotations

from collections import Counter

from app.recommender import Recommendation
from app.schemas.recommendation import PenaltyOut, Removal, StepOut, TraceOut
from app.state import State
from strategies.trace import Step

LISTED = 20  # tracks listed per step; the counts are of all


def explained(found: Recommendation, state: State) -> TraceOut:
    """Return how a recommendation came about; it must have been made with ``explain``."""
    trace, session, rules = found.decision.trace, found.session, state.settings.session
    return TraceOut(
        session=session.id,
        position=session.position,
        anchor=session.anchor,
        treatments=found.route.treatments,
        chain=found.route.chain.name,
        answered_by=found.decision.by[0],
        propensity=found.decision.propensity,
        penalty=PenaltyOut(
            count=session.penalty,
            max=rules.max_penalty,
            skip_threshold=rules.skip_threshold,
            penalised=session.penalised,
        ),
        steps=[_step(step, state) for step in trace.steps] if trace else [],
    )


def _step(step: Step, state: State) -> StepOut:
    track_ids = state.artifacts.track_ids
    return StepOut(
        strategy=step.strategy,
        role=step.role,
        candidates=step.candidates,
        added=[track_ids[row] for row in step.added[:LISTED]],
        removed=[Removal(track=track_ids[row], reason=reason or "replaced") for row, reason in step.removed[:LISTED]],
        removed_count=len(step.removed),
        removed_reasons=Counter(reason or "replaced" for _, reason in step.removed),
    )
