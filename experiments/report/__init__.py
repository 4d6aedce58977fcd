"""The report of an A/B/n test: from a log of playbacks to a verdict."""
