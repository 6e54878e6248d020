"""What the routes of people take and answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import MAX_ID, PageQuery, StrictSchema, moment, whole
from app.models.user import ROLES
from services.accounts.types import SCOPES

MAX_SECRET_LENGTH = 1024
MAX_LIFE_DAYS = 3650


class Login(StrictSchema):
    """An address and a password."""

    email = fields.String(required=True, validate=validate.Length(1, 254))
    password = fields.String(required=True, validate=validate.Length(1, MAX_SECRET_LENGTH))


class OneTime(StrictSchema):
    """A one-time code, as in the sign-in link behind ``#code=``."""

    code = fields.String(required=True, validate=validate.Length(1, MAX_SECRET_LENGTH))


class PasswordChange(StrictSchema):
    """A new password; the current one unless there is none or a link was just used."""

    current_password = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(1, MAX_SECRET_LENGTH)
    )
    new_password = fields.String(required=True, validate=validate.Length(1, MAX_SECRET_LENGTH))


class Me(Schema):
    """The person who asks."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    has_password = fields.Function(
        lambda user: user.password_hash is not None,
        required=True,
        metadata={"type": "boolean"},
    )


class WhoAmI(Schema):
    """The person who asks, and by which kind of credential."""

    user = fields.Nested(Me, required=True)
    via = fields.String(required=True, validate=validate.OneOf(("session", "token")))


class SessionView(Schema):
    """One signed-in browser."""

    id = fields.Integer(required=True, attribute="session.id")
    created_at = moment(required=True, attribute="session.created_at")
    last_seen_at = moment(required=True, attribute="session.last_seen_at")
    expires_at = moment(required=True, attribute="session.expires_at")
    user_agent = fields.String(required=True, attribute="session.user_agent")
    ip = fields.String(required=True, attribute="session.ip")
    current = fields.Boolean(required=True)


class SessionList(Schema):
    """All sessions of the person who asks."""

    items = fields.List(fields.Nested(SessionView), required=True)


class Revoked(Schema):
    """How many sessions were ended."""

    revoked = fields.Integer(required=True)


class NewTokenBody(StrictSchema):
    """A token to be made; it lives until it is revoked unless ``expires_in_days`` is given."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        load_default=None,
        validate=validate.Length(1, len(SCOPES)),
    )
    expires_in_days = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, MAX_LIFE_DAYS)
    )


class TokenView(Schema):
    """What remains visible of a token."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    prefix = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = moment(required=True)
    expires_at = moment(required=True, allow_none=True)
    last_used_at = moment(required=True, allow_none=True)


class TokenOnce(TokenView):
    """A new token; ``token`` is shown this once."""

    token = fields.String(required=True)


class TokenList(Schema):
    """All tokens of the person who asks."""

    items = fields.List(fields.Nested(TokenView), required=True)


class OwnedTokenView(Schema):
    """What an admin sees of anybody's token."""

    id = fields.Integer(required=True, attribute="token.id")
    name = fields.String(required=True, attribute="token.name")
    prefix = fields.String(required=True, attribute="token.prefix")
    scopes = fields.List(fields.String(), required=True, attribute="token.scopes")
    created_at = moment(required=True, attribute="token.created_at")
    expires_at = moment(required=True, allow_none=True, attribute="token.expires_at")
    last_used_at = moment(required=True, allow_none=True, attribute="token.last_used_at")
    user_id = fields.Integer(required=True, attribute="owner.id")
    user_name = fields.String(required=True, attribute="owner.name")
    user_email = fields.String(required=True, attribute="owner.email")
    user_is_active = fields.Boolean(required=True, attribute="owner.is_active")


class OwnedTokenList(Schema):
    """One page of everybody's tokens, the newest first."""

    items = fields.List(fields.Nested(OwnedTokenView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class UserBody(StrictSchema):
    """An account to be made."""

    email = fields.String(required=True, validate=validate.Length(3, 254))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    role = fields.String(load_default="member", validate=validate.OneOf(ROLES))


class UserPatch(StrictSchema):
    """What to change of an account."""

    role = fields.String(validate=validate.OneOf(ROLES))
    is_active = fields.Boolean()
    name = fields.String(validate=validate.Length(1, 200))


class UserView(Me):
    """An account as admins see it."""

    is_active = fields.Boolean(required=True)
    created_at = moment(required=True)


class UserList(Schema):
    """One page of the accounts."""

    items = fields.List(fields.Nested(UserView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class UsersQuery(PageQuery):
    """Which part of the list."""


class OwnedTokensQuery(PageQuery):
    """Which part of the tokens, and whose; everybody's without ``user_id``."""

    user_id = whole(None, low=1)


class Link(Schema):
    """A one-time address to sign in with; give it to its owner only."""

    url = fields.String(required=True)
    expires_at = moment(required=True)


class AuditQuery(StrictSchema):
    """How many entries, and older than which."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))
    before = fields.Integer(load_default=None, validate=validate.Range(1, MAX_ID))


class AuditLineView(Schema):
    """Who did what to what, when."""

    id = fields.Integer(required=True)
    at = moment(required=True)
    user_id = fields.Integer(required=True, allow_none=True)
    user_name = fields.String(required=True, allow_none=True)
    via = fields.String(required=True)
    action = fields.String(required=True)
    target = fields.String(required=True)
    detail = fields.Dict(required=True)


class AuditList(Schema):
    """The newest entries first; ``next_before`` is null at the end."""

    items = fields.List(fields.Nested(AuditLineView), required=True)
    next_before = fields.Integer(required=True, allow_none=True)
