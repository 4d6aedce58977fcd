"""The leaderboard: a page and a plot."""

from simulator.leaderboard.page import page
from simulator.leaderboard.plot import plot
from simulator.leaderboard.standing import Standing, order_by_time

__all__ = ["Standing", "order_by_time", "page", "plot"]
