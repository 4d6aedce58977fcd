"""Listeners that answer like people do; for judging strategies, never for making them."""
