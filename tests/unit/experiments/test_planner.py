"""How long a test has to run."""

import numpy as np
import pytest
from scipy import stats

from experiments.errors import ExperimentError
from experiments.plan import plan
from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from experiments.statistics.planner import users_per_group
from tests.unit.experiments.logs import WriteLog, many_users, session


def test_the_textbook_case() -> None:
    """Half a standard deviation takes 2 * ((1.96 + 0.84) / 0.5)² = 62.8 users in each group."""
    assert users_per_group(mean=10, deviation=2, effect_percent=10) == 63


@pytest.mark.parametrize("effect", [0.005, 0.01, 2, 60])
@pytest.mark.parametrize("power", [0.0501, 0.8, 0.999999])
def test_the_planned_users_have_the_power(effect: float, power: float) -> None:
    """From tiny effects to large ones the planned users give the test its power, and one fewer would not."""

    def reached(users: int) -> float:
        distance = 10 * effect / 100 / 2 * np.sqrt(users / 2)
        return float(stats.norm.sf(1.959964 - distance) + stats.norm.cdf(-1.959964 - distance))

    users = users_per_group(10, 2, effect, power)
    assert reached(users) >= power - 1e-6
    assert users == 2 or reached(users - 1) <= power + 1e-6


@pytest.mark.parametrize("effect", [61, 100, 1e4, 1e300])
def test_a_large_effect_takes_two_users(effect: float) -> None:
    """An effect of more than three standard deviations is seen in two users of each group."""
    assert users_per_group(10, 2, effect) == 2


@pytest.mark.parametrize("effect", [1e-6, 1e-200, 5e-324])
def test_too_small_an_effect_is_refused(effect: float) -> None:
    """An effect that would take more users than there are people is refused in a sentence."""
    with pytest.raises(ExperimentError, match="too small to plan for"):
        users_per_group(10, 2, effect)


def test_a_loss_takes_as_many_users_as_a_gain() -> None:
    """The sign of the effect does not matter."""
    assert users_per_group(10, 2, -10) == users_per_group(10, 2, 10)


def test_the_planned_users_see_the_effect_as_often_as_promised() -> None:
    """Of simulated tests of the planned size, with an effect of 5 %, about 80 % are significant."""
    rng = np.random.default_rng(3)
    mean, deviation = 4.0, 2.0
    users = users_per_group(mean, deviation, effect_percent=5)
    shape, scale = (mean / deviation) ** 2, deviation**2 / mean
    control = rng.gamma(shape, scale, (2000, users))
    treated = rng.gamma(shape, scale, (2000, users)) + 0.05 * mean
    seen = stats.ttest_ind(treated, control, axis=1, equal_var=False).pvalue < 0.05
    assert seen.mean() == pytest.approx(0.8, abs=0.03)


def test_a_plan_counts_the_sessions_of_its_users(write_log: WriteLog) -> None:
    """The users of a plan come back as often as those of the log."""
    log = playbacks(read_log(write_log(many_users())))
    users = log.rows["user"].n_unique()
    per_user = log.rows.select("user", "run").unique().height / users
    for line in plan(log, effect_percent=2):
        assert line.sessions == pytest.approx(line.users * per_user, abs=1)


@pytest.mark.parametrize(("effect", "power"), [(0, 0.8), (float("nan"), 0.8), (-100, 0.8), (2, 1), (2, 0)])
def test_a_plan_for_nothing_is_refused(write_log: WriteLog, effect: float, power: float) -> None:
    """An effect of nothing, or a certainty, cannot be planned for."""
    log = playbacks(read_log(write_log(many_users(10))))
    with pytest.raises(ExperimentError, match="must be a"):
        plan(log, effect, power)


def test_a_log_of_one_user_cannot_plan(write_log: WriteLog) -> None:
    """One user shows no variance to plan by."""
    with pytest.raises(ExperimentError, match="two users at least"):
        plan(playbacks(read_log(write_log(session(1, [1, 0.5])))), 2)
