"""Runs: episodes against a service, in process or over HTTP, and what came of them."""
