"""Every domain's routes, in one list for the roof."""

from blueprints import (
    accounts,
    config,
    datasets,
    events,
    experiments,
    federations,
    home,
    lookup,
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
    *lookup.BLUEPRINTS,
    *events.BLUEPRINTS,
    *system.BLUEPRINTS,
)
