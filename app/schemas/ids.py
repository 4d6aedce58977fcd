"""Ids on the wire: all integers or all strings, as the catalogue and the log say."""

TrackIdOut = int | str
UserIdOut = int | str
