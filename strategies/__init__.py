"""Recommendation strategies: pure, synchronous, each in a file of its own.

No I/O, no clock, no global randomness: a decision is a function of the query alone.
"""
