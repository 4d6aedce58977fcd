"""The playback log: what was answered is in it."""
