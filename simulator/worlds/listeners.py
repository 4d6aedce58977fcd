"""Who listens: three interests, a bias and a sharpness each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.config import PopulationConfig
from simulator.worlds.catalogue import Catalogue

INTERESTS = 3


@dataclass(frozen=True, slots=True)
class Listeners:
    """Listeners in the order of their ids."""

    user_ids: list[int] | list[str]
    interests: NDArray[np.int32]  # (n_users, 3), rows of tracks
    biases: NDArray[np.float64]  # (n_users,), in units of the inner product
    sharpnesses: NDArray[np.float64]  # (n_users,), per unit of the inner product

    def __len__(self) -> int:
        return len(self.user_ids)


def generate_listeners(config: PopulationConfig, catalogue: Catalogue, rng: np.random.Generator) -> Listeners:
    """Return listeners: interests drawn by popularity, biases and sharpnesses from the world's ranges."""
    n = config.listeners
    return Listeners(
        user_ids=list(range(n)),
        interests=rng.choice(len(catalogue), size=(n, INTERESTS), p=catalogue.popularity).astype(np.int32),
        biases=_bias_quantiles(config, rng.random(n)),
        sharpnesses=_sharpness_quantiles(config, rng.random(n)),
    )


def fit_listeners(config: PopulationConfig, loaded: Listeners) -> tuple[Listeners, list[str]]:
    """Return loaded listeners whose biases mean something in this world, with a sentence for each change.

    Biases between 0 and 10 are meant for inner products of that size: among cosines everybody would leave at
    once, and nothing could be learned. Where the middle four fifths of the loaded biases do not lie within
    the world's range, or take up less than a quarter of it, each listener keeps only its rank, in bias and in
    sharpness: the most demanding listener stays the most demanding, on this world's scale.
    """
    low, high = config.bias
    p10, p90 = np.quantile(loaded.biases, [0.1, 0.9])
    if low <= p10 and p90 <= high and p90 - p10 >= (high - low) / 4:
        return loaded, []
    fitted = replace(
        loaded,
        biases=_bias_quantiles(config, _ranks(loaded.biases)),
        sharpnesses=_sharpness_quantiles(config, _ranks(loaded.sharpnesses)),
    )
    note = (
        f"The listeners' biases ({p10:.3g} to {p90:.3g} for most) do not fit this world's "
        f"{low:.3g} to {high:.3g}: biases and sharpnesses were mapped onto its ranges by rank."
    )
    return fitted, [note]


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values)) + 0.5
    return ranks / len(values)


def _bias_quantiles(config: PopulationConfig, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = config.bias
    return low + (high - low) * shares


def _sharpness_quantiles(config: PopulationConfig, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return quantiles of the mixture; the inverses are all below the numbers, which start at 1 or above."""
    low, high = config.sharpness
    if not config.sharpness_inverted:
        return low + (high - low) * shares
    doubled = 2 * shares
    return np.where(doubled < 1, 1 / (high - (high - low) * doubled), low + (high - low) * (doubled - 1))
