"""The routes of the list of all jobs."""

from blueprints.jobs.routes import jobs

BLUEPRINTS = (jobs,)
