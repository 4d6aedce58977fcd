"""Wire models: what goes over HTTP, with an example for each."""
