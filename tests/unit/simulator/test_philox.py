"""Numbers without a state."""

from __future__ import annotations

import numpy as np

from simulator.philox import philox_words, uniforms


def test_known_answers() -> None:
    """The words are those that the generator's authors publish with it."""
    ones = 2**32 - 1
    zero = philox_words(np.zeros((4, 1), dtype=np.uint64), 0)
    full = philox_words(np.full((4, 1), ones, dtype=np.uint64), 2**64 - 1)
    assert zero[:, 0].tolist() == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert full[:, 0].tolist() == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]


def test_a_number_depends_on_its_address_only() -> None:
    """Drawn alone, in a batch or backwards, an episode's numbers are the same to the bit."""
    episodes, steps = np.arange(1000) * 2**33, np.arange(1000) % 7
    together = uniforms(5, episodes, steps, 1)
    assert np.array_equal(uniforms(5, episodes[::-1], steps[::-1], 1), together[:, ::-1])
    alone = [uniforms(5, episodes[i : i + 1], steps[i : i + 1], 1)[:, 0] for i in range(20)]
    assert np.array_equal(np.array(alone).T, together[:, :20])


def test_every_part_of_the_address_matters() -> None:
    """Another seed, episode, step or stream gives other numbers."""
    seeds = [(6, 3, 2, 1), (5 + 2**32, 3, 2, 1)]
    addresses = [*seeds, (5, 3, 2, 1), (5, 4, 2, 1), (5, 3, 1, 1), (5, 3, 2, 0)]
    drawn = {uniforms(s, np.array([e]), np.array([t]), stream)[0, 0] for s, e, t, stream in addresses}
    assert len(drawn) == len(addresses)


def test_numbers_are_uniform() -> None:
    """The mean is one half and the two of an address are uncorrelated, within five standard errors."""
    drawn = uniforms(31312, np.arange(100_000), np.zeros(100_000, dtype=np.int64), 0)
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 5 * np.sqrt(1 / 12 / 200_000)
    assert abs(np.corrcoef(drawn)[0, 1]) < 5 / np.sqrt(100_000)
