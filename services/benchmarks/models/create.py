"""Registering models."""

import re

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid
from app.models.benchmark import BenchmarkModel
from services.benchmarks.models.addresses import stored_url
from services.benchmarks.models.repository import flush
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.models.types import Installation, NewModel
from services.benchmarks.topics import model_subject_of
from services.datasets.names import checked_name

_KEY = re.compile(r"[\x21-\x7e]{1,4000}")  # what a header carries


def create_model(
    database: Database, actor: Actor, here: Installation, new: NewModel
) -> BenchmarkModel:
    """Register a model. Raises Invalid, AddressRefused and ModelExists."""
    require_member(actor)
    at = now()
    row = BenchmarkModel(
        name=checked_name(new.name),
        owner_id=actor.user_id,
        visibility=new.visibility,
        base_url=stored_url(new.base_url, allow_private=here.allow_private),
        key_encrypted=encrypted(here.vault, new.api_key),
        input_price=new.input_price,
        output_price=new.output_price,
        currency=new.currency,
        min_vram=new.min_vram,
        vllm_serve_cmd=new.vllm_serve_cmd,
        created_at=at,
        updated_at=at,
    )
    with database.write() as unit:
        unit.session.add(row)
        flush(unit.session, row.name)
        detail = {"name": row.name, "base_url": row.base_url}
        record(unit, actor, "benchmark_model_created", model_subject_of(row.id), detail)
    return row


def encrypted(vault: KeyVault, key: str | None) -> str | None:
    """Return what is kept of a key, None for none. Raises Invalid, without the key in it."""
    text = (key or "").strip()
    if not text:
        return None
    if not _KEY.fullmatch(text):
        detail = "A key has 1 to 4000 letters, digits and signs of ASCII, and no spaces."
        raise Invalid(detail, errors={"api_key": [detail]})
    return vault.encrypt(text)
