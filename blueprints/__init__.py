"""Every domain's routes, in one list for the roof."""

from blueprints import (
    accounts,
    config,
    datasets,
    events,
    experiments,
    federations,
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
    *federations.BLUEPRINTS,
    *home.BLUEPRINTS,
    *events.BLUEPRINTS,
    *system.BLUEPRINTS,
)
