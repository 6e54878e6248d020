"""The parameters of schedules that ask models."""

from typing import Any

from marshmallow import post_load, validates_schema

from blueprints.benchmarks.schemas_estimate import refuse_resume
from blueprints.benchmarks.schemas_start import StartBody


class BenchmarkRunParams(StartBody):
    """What to ask whom each time, as a start has it; a resume is what a retry does by itself.

    Runs are called as the schedule and are shared as it is.
    """

    class Meta:
        """Without what the schedule says itself."""

        exclude = ("name", "visibility")

    @validates_schema
    def begins(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse the number of a run that goes on."""
        refuse_resume(values)

    @post_load(pass_original=True)
    def request(self, values: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        """Return the words of the wire, so that what is read can be sent again."""
        del values["resume_run_id"]
        return {"batch_size": values.pop("concurrency")} | values
