"""How many of their bits the grey values of a dataset's images use.

Cameras write 10 or 12 bits into 16: taken for 16, such images are nearly black.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.datasets.inspection.pictures import SamplePicture

DEPTHS = (8, 10, 12, 14, 16)  # of detectors and files
_DARK = 32  # of 255: images without a brighter pixel look black


@dataclass
class GreyValues:
    """The largest values seen so far, of 16-bit and of 8-bit images; None where there are none."""

    deep: int | None = None
    shallow: int | None = None

    def add(self, picture: SamplePicture) -> None:
        """Take note of one image."""
        if picture.is_deep:
            self.deep = max(self.deep or 0, picture.largest)
        else:
            self.shallow = max(self.shallow or 0, picture.largest)

    @property
    def bits(self) -> int | None:
        """How many bits the values of the 16-bit images span, None without such images."""
        if self.deep is None:
            return None
        return next((bits for bits in DEPTHS if self.deep < 2**bits), DEPTHS[-1])

    def notes(self, pictures: Sequence[SamplePicture]) -> list[str]:
        """Return what a training sees otherwise than the files have it, with counts."""
        notes = []
        transparent = sum(picture.is_transparent for picture in pictures)
        if transparent:
            notes.append(f"{_images(transparent)} transparent pixels: they are laid on white.")
        deep = sum(picture.is_deep for picture in pictures)
        if deep and self.bits != DEPTHS[-1]:
            notes.append(
                f"{_images(deep)} grey values of {self.bits} bits in files of 16: "
                f"{2 ** (self.bits or 16) - 1:,} becomes white."
            )
        if self.shallow is not None and self.shallow < _DARK:
            notes.append(
                f"No pixel of an 8-bit image is brighter than {self.shallow} of 255: to a "
                "network the images are nearly black. Scale them before the upload."
            )
        return notes


def _images(count: int) -> str:
    return "1 image has" if count == 1 else f"{count:,} images have"
