"""An invented catalogue and playback log, so that Segue can be tried without anybody's data."""
