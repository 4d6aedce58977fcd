"""Who gets which treatment: a salted murmur hash, equal to the predecessor's to the bit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import accumulate

import mmh3

HASHES = 2**32  # a murmur hash is one of so many, each as likely as the other


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named split of users into treatments, each of which names a chain.

    Two experiments split independently of each other, because each salts its hash with its own name.
    """

    name: str
    treatments: Mapping[str, str]  # treatment -> chain, in the order C, T1, T2, ...
    shares: Mapping[str, float] = field(default_factory=dict)  # treatment -> share of all users; empty: equal
    testers: Mapping[str, str] = field(default_factory=dict)  # user id as text -> treatment
    salt: str = ""  # empty: the name
    _names: tuple[str, ...] = field(init=False, repr=False)
    _bounds: tuple[float, ...] = field(init=False, repr=False)
    _seed: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", tuple(self.treatments))
        shares = (self.shares[name] for name in self.treatments) if self.shares else ()
        object.__setattr__(self, "_bounds", tuple(round(bound * HASHES) for bound in accumulate(shares)))
        # The predecessor passed the signed hash on; the mask is the same 32 bits, which mmh3 takes as a seed.
        object.__setattr__(self, "_seed", mmh3.hash(self.salt or self.name) & 0xFFFFFFFF)

    def assign(self, user: int | str) -> str | None:
        """Return the treatment of a user, the same one every time and on every machine; None: not in it.

        Without shares every user is in it, by the predecessor's rule: hash modulo number of treatments. With
        shares, the range of the hash is cut into parts of their sizes, and users beyond the last are not in it.
        """
        hashed = mmh3.hash(str(user), self._seed, signed=False)
        if not self._bounds:
            return self._names[hashed % len(self._names)]
        place = bisect_right(self._bounds, hashed)
        return self._names[place] if place < len(self._names) else None

    def tested_by(self, user: int | str) -> str | None:
        """Return the treatment that a tester is given; None: the user is no tester."""
        return self.testers.get(str(user)) if self.testers else None


def in_order(treatments: Mapping[str, str]) -> dict[str, str]:
    """Return treatments in the order that assignment counts in: C, T1, T2, ...

    Raises:
        ValueError: A name is neither C nor T and a number, or C is missing; the message names it.
    """
    for name in treatments:
        if name != "C" and not (name[:1] == "T" and name[1:].isascii() and name[1:].isdecimal()):
            valid = ["C", *(f"T{number}" for number in range(1, len(treatments) + 1))]
            nearest = get_close_matches(name, valid, n=1, cutoff=0.0)[0]
            raise ValueError(
                f"unknown treatment '{name}'; the nearest valid name is '{nearest}': a treatment is named C "
                "(the control), T1, T2, ..."
            )
    if "C" not in treatments:
        raise ValueError("there is no treatment C; every experiment needs its control")
    return dict(sorted(treatments.items(), key=lambda item: 0 if item[0] == "C" else int(item[0][1:])))


def completed(shares: Mapping[str, float], treatments: Mapping[str, str]) -> dict[str, float]:
    """Return a share for every treatment: those that are not named divide the rest equally.

    Raises:
        ValueError: A share is out of range, they are more than the whole, or nothing is left for one.
    """
    total = sum(shares.values())
    if any(not 0 <= share <= 1 for share in shares.values()) or total > 1 + 1e-9:
        raise ValueError(f"shares are parts of all users, from 0 to 1 and together at most 1; got {dict(shares)}")
    unnamed = [name for name in treatments if name not in shares]
    if unnamed and total >= 1:
        raise ValueError(f"the shares leave nothing for treatment {unnamed[0]}")
    rest = (1 - total) / len(unnamed) if unnamed else 0.0
    return {name: shares.get(name, rest) for name in treatments}
