"""The playback log: what was answered is in it."""

from app.event_log.log import EventLog, check_folder

__all__ = ["EventLog", "check_folder"]
