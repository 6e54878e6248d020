"""Turns validated image files into arrays of one size, always in the same way."""

import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

CHANNELS = {"L": 1, "RGB": 3}
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def stack_images(
    files: Iterable[bytes], count: int, size: tuple[int, int], color_mode: str
) -> NDArray[np.uint8]:
    """Return (count, height, width, channels) uint8 of ``count`` encoded images.

    ``size`` is (height, width); ``color_mode`` is ``L`` (grey) or ``RGB``.
    """
    pixels = np.empty((count, *size, CHANNELS[color_mode]), dtype=np.uint8)
    for row, data in enumerate(files):
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            pixels[row] = _fit(ImageOps.exif_transpose(image), size, color_mode)
    return pixels


def refit(pixels: NDArray[np.uint8], size: tuple[int, int], color_mode: str) -> NDArray[np.uint8]:
    """Return grey images (n, h, w, 1) in another size and colour mode."""
    fitted = [_fit(Image.fromarray(one[..., 0]), size, color_mode) for one in pixels]
    return np.stack(fitted)


def _fit(image: Image.Image, size: tuple[int, int], color_mode: str) -> NDArray[np.uint8]:
    """Return (height, width, channels); bilinear with antialiasing where the size differs."""
    height, width = size
    plain = _eight_bits(image).convert(color_mode)
    if plain.size != (width, height):
        plain = plain.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(plain, dtype=np.uint8).reshape(height, width, CHANNELS[color_mode])


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey down; Pillow's own conversion would cut everything above 255."""
    if image.mode not in _DEEP:
        return image
    deep = np.asarray(image).astype(np.int64).clip(0, 65535)
    return Image.fromarray(np.rint(deep / 257).astype(np.uint8))
