"""Every domain's routes, in one list for the roof."""

from blueprints import (
    accounts,
    config,
    datasets,
    events,
    experiments,
    home,
    runs,
    studies,
    system,
    weights,
)

BLUEPRINTS = (
    *accounts.BLUEPRINTS,
    *datasets.BLUEPRINTS,
    *weights.BLUEPRINTS,
    *experiments.BLUEPRINTS,
    *config.BLUEPRINTS,
    *runs.BLUEPRINTS,
    *studies.BLUEPRINTS,
    *home.BLUEPRINTS,
    *events.BLUEPRINTS,
    *system.BLUEPRINTS,
)
