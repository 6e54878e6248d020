"""Training the models of a session: each is a run, with its curves, log, files and result."""
