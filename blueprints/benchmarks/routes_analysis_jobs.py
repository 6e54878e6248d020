"""Analyses that are requested of a run, and the files of exports."""

from typing import Any

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.streams import attachment
from blueprints.benchmarks import schemas_analysis_jobs as say
from blueprints.benchmarks.about import MISSING
from services.benchmarks.analysis_jobs.list import list_analyses, open_export
from services.benchmarks.analysis_jobs.start import request_analysis
from services.benchmarks.analysis_jobs.types import AnalysisRequest
from services.benchmarks.exports.forms import FORMS

analysis_jobs = ApiBlueprint("benchmark_analyses", __name__, url_prefix="/api/benchmarks/runs")
NO_FILE = {404: "There is no such run or analysis, or it has no file."}
MEDIA_TYPES = [form.media_type for form in FORMS.values()]


@analysis_jobs.get("/<run_id>/analysis")
@returns(say.AnalysesView())
@fails(MISSING)
def show_analyses(run_id: str) -> dict[str, Any]:
    """Return the analyses of a run with their status, times and result."""
    return list_analyses(resources().database, current_actor(), run_id)


@analysis_jobs.post("/<run_id>/analyze")
@creates
@body(say.AnalyzeBody())
@returns(say.AnalysisRequestedView())
@fails(MISSING)
def analyze_run(run_id: str, body: AnalysisRequest) -> dict[str, Any]:
    """Request an analysis; the same one is computed once, and again after new answers."""
    return request_analysis(resources().database, current_actor(), run_id, body)


@analysis_jobs.get("/<run_id>/analysis/<analysis_id>/file")
@raw(*MEDIA_TYPES)
@fails(NO_FILE)
def download_analysis(run_id: str, analysis_id: str) -> Response:
    """Download what an export has written."""
    parts = resources()
    file, size, about = open_export(
        parts.database, parts.store, current_actor(), run_id, analysis_id
    )
    return attachment(file, size, about["file_name"], about["media_type"])
