"""What a program measured, keyed by run: metrics, parameters, tags, logs and artifacts."""
