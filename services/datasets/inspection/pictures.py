"""Decodes one image of unknown origin far enough to know that a training can."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from services.datasets.limits import InspectionLimits
from services.datasets.pixels import DEEP, is_transparent, on_white

EXTENSIONS = {"PNG": ".png", "JPEG": ".jpg"}
_GREY = {"1", "L", "LA", "I", "I;16", "I;16B", "F"}
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class UnreadableImageError(Exception):
    """The bytes are no image that can be trained on; the text says why."""


@dataclass(frozen=True)
class SamplePicture:
    """What is known of an image: (height, width, channels) and its file extension.

    ``largest`` is its largest value, of 65,535 if it ``is_deep``, else of 255.
    """

    shape: tuple[int, int, int]
    extension: str
    is_deep: bool = False
    is_transparent: bool = False
    largest: int = 255


def decode(data: bytes, limits: InspectionLimits) -> SamplePicture:
    """Decode an image completely. Raises ``UnreadableImageError``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decode(data, limits)
    except _UNREADABLE as error:
        raise UnreadableImageError("it is not a readable PNG or JPEG image") from error


def _decode(data: bytes, limits: InspectionLimits) -> SamplePicture:
    with Image.open(io.BytesIO(data), formats=tuple(EXTENSIONS)) as image:
        width, height = image.size
        if width * height > limits.image_pixels:
            raise UnreadableImageError(
                f"it has {width} x {height} pixels; at most {limits.image_pixels} are read"
            )
        extension = EXTENSIONS[image.format or "PNG"]
        upright = ImageOps.exif_transpose(image)
        upright.load()
        return _described(upright, extension)


def _described(image: Image.Image, extension: str) -> SamplePicture:
    width, height = image.size
    is_deep = image.mode in DEEP
    flat = image if is_deep else on_white(image)
    extrema = flat.getextrema()
    largest = max(high for _, high in extrema) if isinstance(extrema[0], tuple) else extrema[1]
    return SamplePicture(
        shape=(height, width, 1 if image.mode in _GREY else 3),
        extension=extension,
        is_deep=is_deep,
        is_transparent=is_transparent(image),
        largest=int(largest) if image.mode != "P" else 255,
    )
