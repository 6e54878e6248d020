"""Which of two classes is the second, whose precision, recall and F1 are measured."""

import polars as pl
import pytest

from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.targets import encode_targets
from services.datasets.limits import InspectionLimits


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["ja", "nein"], ["nein", "ja"]),
        (["no", "yes"], ["no", "yes"]),
        (["Ja", "Nein"], ["Nein", "Ja"]),
        (["running", "stopped"], ["stopped", "running"]),
        (["true", "false"], ["false", "true"]),
        (["1", "0"], ["0", "1"]),
        (["benign", "malignant"], ["benign", "malignant"]),
        (["ja", "nein", "unklar"], ["ja", "nein", "unklar"]),  # three are no yes and no
    ],
)
def test_of_yes_and_no_in_whatever_words_the_yes_is_the_second(
    cells: list[str], classes: list[str]
) -> None:
    frame = pl.DataFrame({"target": cells * 5, ROW: range(2, 5 * len(cells) + 2)})
    positions, named = encode_targets(frame, "target", InspectionLimits())
    assert named == classes
    assert [named[place] for place in positions] == cells * 5
