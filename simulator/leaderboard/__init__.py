"""The leaderboard: every chain in every world, as a page and a plot."""

from simulator.leaderboard.as_json import to_json
from simulator.leaderboard.measure import SEEDS, measure, stand
from simulator.leaderboard.page import page
from simulator.leaderboard.plot import plot
from simulator.leaderboard.standing import Standing, order_by_time

__all__ = ["SEEDS", "Standing", "measure", "order_by_time", "page", "plot", "stand", "to_json"]
