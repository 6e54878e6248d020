"""Use cases: what the platform does, by domain. They know no web and no queue."""
