"""The routes of datasets."""

from blueprints.datasets.routes import datasets

BLUEPRINTS = (datasets,)
