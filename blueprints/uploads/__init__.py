"""The routes of uploads."""

from blueprints.uploads.admission import admitted
from blueprints.uploads.routes import uploads
from blueprints.uploads.tus import TusEndpoint, tus_blueprint

BLUEPRINTS = (
    uploads,
    tus_blueprint(TusEndpoint(name="tus", prefix="/api/uploads", check=admitted)),
)
