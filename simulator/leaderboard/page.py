"""The leaderboard as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.leaderboard.standing import Standing
from simulator.running.summary import effect_text, mean_text

_HEAD = """# Leaderboard

Which chain keeps listeners listening? Every chain of `settings.toml`, in simulated worlds
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
    return "\n".join([_HEAD, *tables, _how(command, seeds, episodes, collected)])


def _table(standings: Sequence[Standing]) -> str:
    lines = [
        "| chain | session time | effect over control | tracks per session | skipped | coverage | µs per decision |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for standing in standings:
        group = standing.group
        lines.append(
            f"| `{group.name}` | {mean_text(group)} | {effect_text(group.effect)} | {group.tracks:.2f} "
            f"| {group.skip_rate:.1%} | {group.coverage:.1%} | {standing.decision_us:.0f} |"
        )
    return "\n".join(lines) + "\n"


def _how(command: str, seeds: Sequence[int], episodes: int, collected: int) -> str:
    return f"""## How it was made

    {command}

In each world a neutral policy (random tracks of the artist, popular tracks, random tracks of the catalogue, a session
each in turn) collected a log of {collected:,} sessions, from which the artifacts were preprocessed. Then every chain
served {episodes:,} sessions with each of the seeds {", ".join(map(str, seeds))}: the same listeners in the same moods
for every chain. No chain sees a listener's parameters.

Means are over users, of each user's mean over their sessions, with 95 % intervals (t); effects have Welch's interval.
*Skipped*: tracks heard to a fifth or less. *Coverage*: share of the catalogue that was recommended at least once.
Microseconds are CPU time per decision in process, session keeping included.
"""
