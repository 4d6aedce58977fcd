"""From a catalogue and a playback log to artifacts that serving maps into memory."""
