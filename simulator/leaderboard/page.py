"""The leaderboard as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.leaderboard.standing import Standing
from simulator.running.summary import effect_text, mean_text, multiple_text

_HEAD = """# Leaderboard

Which chain keeps listeners listening? Chains of `settings.toml`, in simulated worlds
([what they are](simulator.md)): the time of a session counts tracks (1 is one track heard to its end), the first
track included, which the listener chose.

![Mean session time of every chain, with 95 % intervals](leaderboard.svg)
"""


def page(
    standings: Mapping[str, Sequence[Standing]], command: str, seeds: Sequence[int], episodes: int, collected: int
) -> str:
    """Return the page.

    Args:
        standings: Per world, the best first.
        command: That made it.
        seeds: Of the runs.
        episodes: Per chain, world and seed.
        collected: Episodes of the neutral log.
    """
    tables = [f"## World *{world}*\n\n{_table(chains)}" for world, chains in standings.items()]
    return "\n".join([_HEAD, _overview(standings), *tables, _how(command, seeds, episodes, collected)])


def _overview(standings: Mapping[str, Sequence[Standing]]) -> str:
    """Return the session times over the control's, all chains and worlds; the best of the first world first."""
    effects = {
        world: {standing.group.name: standing.group.effect for standing in chains}
        for world, chains in standings.items()
    }
    rows = [
        ["chain", *(f"*{world}*" for world in standings)],
        ["---", *("---:" for _ in standings)],
        *(
            [f"`{chain}`", *(multiple_text(effects[world][chain]) or "1" for world in standings)]
            for chain in next(iter(effects.values()), {})
        ),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"Session time over the control's, with its 95 % interval:\n\n{table}\n"


def _table(standings: Sequence[Standing]) -> str:
    lines = [
        "| chain | session time | effect over control | tracks | skipped | artists | coverage "
        "| Gini of tracks | of artists | unplayed | µs |",
        "| --- |" + " ---: |" * 10,
    ]
    for standing in standings:
        group, spread = standing.group, standing.spread
        lines.append(
            f"| `{group.name}` | {mean_text(group)} | {effect_text(group.effect)} | {group.tracks:.2f} "
            f"| {group.skip_rate:.1%} | {spread.artists:.1f} | {spread.coverage:.1%} | {spread.track_gini:.2f} "
            f"| {spread.artist_gini:.2f} | {spread.unplayed:.1%} | {standing.decision_us:.0f} |"
        )
    return "\n".join(lines) + "\n"


def _how(command: str, seeds: Sequence[int], episodes: int, collected: int) -> str:
    return f"""## How it was made

    {command}

In each world a neutral policy (random tracks of the artist, popular tracks, random tracks of the catalogue, a session
each in turn) collected a log of {collected:,} sessions, from which the artifacts were preprocessed. Then every chain
served {episodes:,} sessions with each of the seeds {", ".join(map(str, seeds))}: the same listeners in the same moods
for every chain. No chain sees a listener's parameters.

Means are over users, of each user's mean over their sessions, with 95 % intervals (t); effects have Fieller's.
*Tracks* and *artists*: per session, each artist once. *Skipped*: share of the tracks, those heard to a fifth or less.
*Coverage*: share of the catalogue that was recommended at least once. *Gini*: how unevenly the recommendations fall on
tracks and on artists, 0 is evenly, 1 is always the same. *Unplayed*: share of the recommendations whose track has no
playback in the log. *µs*: CPU time per decision in process, session keeping included.
"""
