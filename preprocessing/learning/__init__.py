"""Learning from the service's own log, round after round: fit, judge, and only then switch."""
