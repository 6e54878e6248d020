"""The routes of bells."""

from tests.toy_domain.blueprints.bells.routes import bells

BLUEPRINTS = (bells,)
