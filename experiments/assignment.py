"""Who gets which treatment: a salted murmur hash, equal to the predecessor's to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import mmh3


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named split of all users into treatments, each of which names a chain."""

    name: str
    treatments: Mapping[str, str]  # treatment -> chain, in the order C, T1, T2, ...
    _names: tuple[str, ...] = field(init=False, repr=False)
    _salt: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", tuple(self.treatments))
        # The predecessor passed the signed hash on; the mask is the same 32 bits, which mmh3 takes as a seed.
        object.__setattr__(self, "_salt", mmh3.hash(self.name) & 0xFFFFFFFF)

    def assign(self, user: int | str) -> str:
        """Return the treatment of a user: the same one every time, on every machine."""
        return self._names[mmh3.hash(str(user), self._salt, signed=False) % len(self._names)]


def in_order(treatments: Mapping[str, str]) -> dict[str, str]:
    """Return treatments in the order that assignment counts in: C, T1, T2, ...

    Raises:
        ValueError: A name is neither C nor T and a number, or C is missing; the message names it.
    """
    for name in treatments:
        if name != "C" and not (name[:1] == "T" and name[1:].isdecimal()):
            raise ValueError(f"unknown treatment '{name}'; a treatment is named C (the control), T1, T2, ...")
    if "C" not in treatments:
        raise ValueError("there is no treatment C; every experiment needs its control")
    return dict(sorted(treatments.items(), key=lambda item: 0 if item[0] == "C" else int(item[0][1:])))
