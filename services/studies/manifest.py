"""What studies bring to the platform."""

from app.domains import Domain, SearchKind
from app.models.study import Study

DOMAIN = Domain(
    name="studies",
    audit_actions=("study_started", "study_deleted"),
    search=(
        SearchKind(
            kind="study",
            model=Study,
            place=2,
            words=("study", "studies", "sweep", "experiment", "studie", "studien"),
        ),
    ),
    pages=("studies",),
    object_pages=("studies",),
)
