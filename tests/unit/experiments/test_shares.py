"""Traffic shares, testers and salts."""

from __future__ import annotations

import mmh3
import pytest

from app.routing import build_router
from app.settings.models import ExperimentSettings, Settings
from experiments.assignment import Experiment

CHAINS = {"one": [{"use": "popular"}], "two": [{"use": "random"}], "three": [{"use": "indexed"}]}
USERS = range(20_000)


def shares_of(experiment: Experiment) -> dict[str | None, float]:
    """Return the share of users that each treatment got."""
    got = [experiment.assign(user) for user in USERS]
    return {name: got.count(name) / len(got) for name in set(got)}


def test_without_shares_the_predecessors_rule() -> None:
    """Without shares a treatment is the salted hash modulo their number."""
    experiment = Experiment("AA", {"C": "one", "T1": "two", "T2": "three"})
    for user in range(100):
        place = mmh3.hash(str(user), mmh3.hash("AA") & 0xFFFFFFFF, signed=False) % 3
        assert experiment.assign(user) == ["C", "T1", "T2"][place]


def test_shares_are_kept() -> None:
    """With C = 0.8 four users in five get the control; 0.01 is more than three standard errors of 20,000 draws."""
    experiment = ExperimentSettings(name="X", treatments={"C": "one", "T1": "two"}, shares={"C": 0.8}).experiment()
    assert shares_of(experiment) == pytest.approx({"C": 0.8, "T1": 0.2}, abs=0.01)


def test_users_beyond_the_shares_are_not_in_it() -> None:
    """Shares of 0.1 and 0.2 leave seven users in ten outside of the experiment."""
    shares = {"C": 0.1, "T1": 0.2}
    experiment = ExperimentSettings(name="X", treatments={"C": "one", "T1": "two"}, shares=shares).experiment()
    assert shares_of(experiment) == pytest.approx({"C": 0.1, "T1": 0.2, None: 0.7}, abs=0.01)


def test_experiments_are_independent() -> None:
    """Of the users in C of one experiment, half are in C of another one, whose name salts its hash."""
    first, second = (Experiment(name, {"C": "one", "T1": "two"}) for name in ("A", "B"))
    in_c = [user for user in USERS if first.assign(user) == "C"]
    also = sum(second.assign(user) == "C" for user in in_c)
    assert also / len(in_c) == pytest.approx(0.5, abs=0.02)


def test_another_salt_is_another_split() -> None:
    """A salt of its own splits an experiment anew."""
    by_name, by_salt = (Experiment("A", {"C": "one", "T1": "two"}, salt=salt) for salt in ("", "again"))
    agree = sum(by_name.assign(user) == by_salt.assign(user) for user in USERS)
    assert agree / len(USERS) == pytest.approx(0.5, abs=0.02)


def settings_with(*experiments: dict[str, object]) -> Settings:
    """Return settings with three chains and some experiments."""
    return Settings.model_validate({"chains": CHAINS, "experiments": experiments, "server": {"default_chain": "three"}})


def test_a_tester_is_served_and_not_counted() -> None:
    """A tester gets the treatment that they test, in the figures of no experiment, not even a later one."""
    tested = {"name": "X", "treatments": {"C": "one", "T1": "two"}, "testers": {"T1": [5]}}
    router = build_router(settings_with(tested, {"name": "Y", "treatments": {"C": "one", "T1": "three"}}))
    route = router.route(5)
    assert (route.chain.name, route.treatments) == ("two", {})
    assert router.route("5") == route


def test_off_is_off() -> None:
    """An experiment that is off has nobody in it, and the default chain serves."""
    off = {"name": "X", "treatments": {"C": "one", "T1": "two"}, "enabled": False}
    route = build_router(settings_with(off)).route(1)
    assert (route.chain.name, route.treatments) == ("three", {})


def test_the_first_experiment_of_a_user_decides() -> None:
    """Who is not in the first experiment is served by the second one, and everybody counts where they were served."""
    small = {"name": "X", "treatments": {"C": "one", "T1": "one"}, "shares": {"C": 0.05, "T1": 0.05}}
    router = build_router(settings_with(small, {"name": "Y", "treatments": {"C": "two", "T1": "two"}}))
    routes = [router.route(user) for user in range(200)]
    assert {(route.chain.name, *route.treatments) for route in routes} == {("one", "X"), ("two", "Y")}


def test_a_forced_chain_is_no_treatment() -> None:
    """While a chain serves everybody, nobody is in the figures of an experiment."""
    settings = settings_with({"name": "X", "treatments": {"C": "one", "T1": "two"}})
    server = settings.server.model_copy(update={"chain": "three"})
    router = build_router(settings.model_copy(update={"server": server}))
    assert {(router.route(user).chain.name, *router.route(user).treatments) for user in range(50)} == {("three",)}


def test_a_later_experiment_keeps_its_split() -> None:
    """Of the users whom an earlier experiment leaves to a later one, half are in each of its treatments."""
    first = {"name": "X", "treatments": {"C": "one", "T1": "two"}, "shares": {"C": 0.3, "T1": 0.3}}
    router = build_router(settings_with(first, {"name": "Y", "treatments": {"C": "one", "T1": "two"}}))
    left = [router.route(user).treatments["Y"] for user in USERS if "Y" in router.route(user).treatments]
    assert len(left) / len(USERS) == pytest.approx(0.4, abs=0.02)
    assert left.count("C") / len(left) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"shares": {"C": 0.8, "T1": 0.3}}, "together at most 1"),
        ({"shares": {"C": -0.1}}, "from 0 to 1"),
        ({"shares": {"C": 1.0}}, "nothing for treatment T1"),
        ({"shares": {"T2": 0.5}}, "unknown treatment 'T2' in shares"),
        ({"testers": {"T9": [1]}}, "unknown treatment 'T9' in testers"),
        ({"treatments": {"C": "one", "B": "two"}}, "unknown treatment 'B'"),
        ({"treatments": {"T1": "one"}}, "no treatment C"),
    ],
)
def test_names_what_is_wrong(wrong: dict[str, object], words: str) -> None:
    """A share, tester or treatment that cannot be is named."""
    with pytest.raises(ValueError, match=words):
        ExperimentSettings.model_validate({"name": "X", "treatments": {"C": "one", "T1": "two"}} | wrong)
