"""The leaderboard for machines, and for the page that Segue serves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.leaderboard.standing import Standing


def to_json(standings: Mapping[str, Sequence[Standing]], command: str) -> str:
    """Return a JSON object: the command that made it, and the chains of every world, the best first."""
    worlds = {world: [_row(standing) for standing in chains] for world, chains in standings.items()}
    return json.dumps({"command": command, "worlds": worlds}, indent=2, allow_nan=False) + "\n"


def _row(standing: Standing) -> dict[str, Any]:
    group, effect = standing.group, standing.group.effect
    interval = effect.interval if effect else None
    return {
        "name": group.name,
        "time": round(group.mean_time, 4),
        "effect_percent": effect and effect.percent,
        "lower_percent": interval and interval[0],
        "upper_percent": interval and interval[1],
        "tracks": round(group.tracks, 4),
        "skipped": round(group.skip_rate, 4),
        "coverage": round(standing.spread.coverage, 4),
    }
