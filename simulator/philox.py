"""Uniform numbers addressed by (seed, episode, step): no state, so no order of drawing to get wrong.

A stream has to be read in order, and then a session's luck depends on who else is in the batch. A
counter-based generator is a function of its address instead: an episode draws the same numbers alone, in a
batch of thousands, in any order and in any number of processes.

Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3" (Philox-4x32-10).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LAST_SEED = 2**64 - 1

_MULTIPLIERS = np.array([[0xD2511F53], [0xCD9E8D57]], dtype=np.uint64)
_WEYL = np.array([[0x9E3779B9], [0xBB67AE85]], dtype=np.uint64)
_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROUNDS = 10


def philox_words(counters: NDArray[np.uint64], key: int) -> NDArray[np.uint64]:
    """Return Philox-4x32-10 of each counter.

    Args:
        counters: Four 32-bit words per column, shape (4, n), held in uint64.
        key: 64 bits.

    Returns:
        Four random 32-bit words per column, shape (4, n), held in uint64.
    """
    even, odd = counters[0::2], counters[1::2]
    round_key = np.array([[key & 0xFFFFFFFF], [key >> 32]], dtype=np.uint64)
    for _ in range(_ROUNDS):
        product = _MULTIPLIERS * even
        even = (product >> _HALF)[::-1] ^ odd ^ round_key
        odd = (product & _WORD)[::-1]
        round_key = (round_key + _WEYL) & _WORD
    return np.stack([even[0], odd[0], even[1], odd[1]])


def uniforms(seed: int, episodes: NDArray[np.int64], steps: NDArray[np.int64], stream: int) -> NDArray[np.float64]:
    """Return two independent uniform numbers in [0, 1) per episode.

    Args:
        seed: 0 to 2**64 - 1.
        episodes: Each number's episode, shape (n,), not negative.
        steps: Each number's step within its episode, shape (n,), 0 to 2**32 - 1.
        stream: What the numbers are for, so that two purposes never share one.

    Returns:
        Shape (2, n), each a multiple of 2**-53.
    """
    wide = episodes.astype(np.uint64)
    purpose = np.full_like(wide, stream)
    words = philox_words(np.stack([wide & _WORD, wide >> _HALF, steps.astype(np.uint64), purpose]), seed)
    bits = ((words[0::2] >> np.uint64(5)) << np.uint64(26)) | (words[1::2] >> np.uint64(6))
    return bits * 2.0**-53
