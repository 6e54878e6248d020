"""Copies the validated images of an archive, one after the other, into their canonical form."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.datasets.canonical import ImageWriter, Rows
from services.datasets.inspection.archive import Archive, DamagedMemberError
from services.datasets.inspection.faults import Faults
from services.datasets.inspection.grey_values import GreyValues
from services.datasets.inspection.pictures import SamplePicture, UnreadableImageError, decode
from services.datasets.limits import InspectionLimits


@dataclass(frozen=True)
class CopiedImages:
    """The rows and the hash of what was written, and what is known of each image."""

    rows: Rows
    sha256: str
    pictures: list[SamplePicture]
    grey: GreyValues

    @property
    def common_shape(self) -> tuple[int, int, int]:
        """Return (height, width, channels) of the most frequent size, in colour if any is."""
        sizes = Counter(picture.shape[:2] for picture in self.pictures)
        (height, width), _ = max(sizes.items(), key=lambda item: (item[1], item[0]))
        return height, width, max(picture.shape[2] for picture in self.pictures)


def copy_images(
    members: Sequence[str],
    archive: Archive,
    rows_of: Callable[[list[str]], Rows],
    target: Path,
    limits: InspectionLimits,
) -> CopiedImages:
    """Write the validated originals; ``rows_of`` makes their rows of the SHA-256 of each.

    Raises ``UploadError`` with each file that is no image.
    """
    faults, writer = Faults(), ImageWriter(target)
    pictures: list[SamplePicture] = []
    grey = GreyValues()
    for member in members:
        try:
            data = archive.read(member)
            pictures.append(decode(data, limits))
            grey.add(pictures[-1])
            writer.add(pictures[-1].extension, data)
        except (DamagedMemberError, UnreadableImageError) as error:
            faults.add(f"{member}: {error}.")
    faults.refuse_if_any()
    rows = rows_of(writer.digests)
    return CopiedImages(rows, writer.finish(rows), pictures, grey)
