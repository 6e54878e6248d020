"""What accounts bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(
    name="accounts",
    audit_actions=(
        "login",
        "login_failed",
        "logout",
        "session_revoked",
        "password_changed",
        "token_created",
        "token_revoked",
        "user_created",
        "user_renamed",
        "user_role_changed",
        "user_deactivated",
        "user_activated",
        "signin_link_created",
        "private_viewed",
    ),
    pages=("account", "users", "tokens", "audit"),
)
