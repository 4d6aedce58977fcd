"""What can be wrong with a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ConfigurationError(Exception):
    """A setting cannot be used; the message names it and what would be valid."""

    @classmethod
    def unknown(cls, kind: str, name: str, valid: Iterable[str], where: str = "") -> ConfigurationError:
        """Return the error for a name that is not known, with the nearest one that is.

        Args:
            kind: What was named, e.g. "strategy".
            name: The unknown name.
            valid: The names that exist.
            where: Where it stands, e.g. "chain 'segue'".
        """
        names = list(valid)
        nearest = get_close_matches(name, names, n=1, cutoff=0.0)
        place = f" in {where}" if where else ""
        hint = f"; the nearest valid name is '{nearest[0]}'" if nearest else f"; there is no {kind} to choose"
        return cls(f"unknown {kind} '{name}'{place}{hint}")
