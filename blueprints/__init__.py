"""Every domain's routes, in one list for the roof."""

from blueprints import accounts, datasets, events, experiments, runs

BLUEPRINTS = (
    *accounts.BLUEPRINTS,
    *datasets.BLUEPRINTS,
    *experiments.BLUEPRINTS,
    *runs.BLUEPRINTS,
    *events.BLUEPRINTS,
)
