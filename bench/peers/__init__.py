"""MLflow and trackio beside us: the same machine, the same run, the same data."""
