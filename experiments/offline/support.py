"""Whether the chains that served a log could have given what another one answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.offline.estimate import Estimate, Sample, mean

_ROUNDING = 1e-6  # probabilities of a slate do not add up to 1 exactly


@dataclass(frozen=True, slots=True)
class Support:
    """What the recommendations of one logging chain say of how much of the target it could have answered."""

    chain: str
    recommendations: int
    weight: Estimate  # mean weight: 1 in expectation where every answer of the target had a chance

    @property
    def highest(self) -> float:
        """The most that the mean weight may be: the end of its interval, where it has one."""
        return self.weight.interval[1] if self.weight.interval else self.weight.value

    @property
    def lacks(self) -> bool:
        """Whether some answers of the target had no chance: the mean weight is below 1 by more than luck."""
        return self.highest < 1 - _ROUNDING


def support(sample: Sample, chains: NDArray[np.int64], names: list[str]) -> list[Support]:
    """Return the support of each logging chain, in the order of their names.

    A place whose logged answer the target would not have given weighs 0. Where the logging chain explores, others like
    it weigh as much more, and the mean stays 1. Where it could have answered nothing else, nothing makes up for it:
    the weighted recommendations are those on which the two agree, which are no sample of the others.

    Args:
        sample: Of n recommendations.
        chains: The place in `names` of the chain that answered, shape (n,); each is met at least once.
        names: Of the logging chains.
    """
    return [_of_one(sample, chains == place, name) for place, name in enumerate(names)]


def _of_one(sample: Sample, rows: NDArray[np.bool_], name: str) -> Support:
    _, users = np.unique(sample.users[rows], return_inverse=True)
    weights = sample.weights[rows]
    part = Sample(users, sample.fractions[rows], weights, sample.expected[rows], sample.expected_of_target[rows])
    return Support(name, int(rows.sum()), mean(part, weights))
