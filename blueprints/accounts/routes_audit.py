"""The audit log."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import query, returns
from app.http.resources import resources
from blueprints.accounts.schemas import AuditList, AuditQuery
from services.accounts.audit_log import read_audit
from services.accounts.types import AuditPage

audit = ApiBlueprint("audit", __name__, url_prefix="/api/audit")


@audit.get("")
@query(AuditQuery())
@returns(AuditList())
def list_entries(query: dict[str, Any]) -> AuditPage:
    """Return who did what, the newest first."""
    return read_audit(resources().database, query["limit"], query["before"])
