"""The routes of connections, and those of their tokens as the scheduler's contract names them."""

from blueprints.connections.routes import connections
from blueprints.connections.routes_insights import insights
from blueprints.connections.routes_tokens import oauth_tokens

BLUEPRINTS = (connections, oauth_tokens, insights)
