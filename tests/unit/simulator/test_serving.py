"""Which chain serves which episode."""

from __future__ import annotations

import pytest

from app.settings import Settings
from experiments.assignment import Experiment
from simulator.errors import SimulatorError
from simulator.running.serving import choose_serving
from strategies.errors import ConfigurationError


def test_an_experiment_serves_by_assignment(settings: Settings) -> None:
    """A user gets the treatment that the hash of experiment and user says, and the chain of the treatment."""
    serving = choose_serving(settings, "SEGUE")
    experiment = Experiment("SEGUE", {"C": "control", "T1": "segue", "T2": "taste"})
    for user in range(100):
        served = serving.of(user, user)
        assert served.group == served.route.treatments["SEGUE"] == experiment.assign(user)
        assert served.route.chain.name == experiment.treatments[served.group]


def test_chains_take_turns(settings: Settings) -> None:
    """With chains named, episode by episode the next one serves, whoever listens."""
    serving = choose_serving(settings, chains=("popular", "random"))
    assert [serving.of(episode, 7).group for episode in range(4)] == ["popular", "random"] * 2
    assert serving.of(0, 7).route.treatments == {}


def test_what_is_not_there_is_named(settings: Settings) -> None:
    """An unknown chain or experiment is refused with what there is."""
    with pytest.raises(ConfigurationError, match="'segue'"):
        choose_serving(settings, chains=("sgue",))
    with pytest.raises(SimulatorError, match="SEGUE"):
        choose_serving(settings, "OTHER")
