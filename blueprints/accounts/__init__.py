"""The routes of people: signing in, credentials, users, audit."""

from blueprints.accounts.routes_audit import audit
from blueprints.accounts.routes_auth import auth
from blueprints.accounts.routes_keys import keys
from blueprints.accounts.routes_users import users

BLUEPRINTS = (auth, keys, users, audit)
