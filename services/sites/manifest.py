"""What the analysis of web sites brings to the platform."""

from app.domains import Domain
from services.sites.schedule import SITE_ANALYSIS

DOMAIN = Domain(
    name="sites", pages=("sites",), object_pages=("sites",), schedule_kinds=(SITE_ANALYSIS,)
)
