"""Turns validated image files into arrays of one size, always in the same way."""

import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

CHANNELS = {"L": 1, "RGB": 3}
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
FULL_DEPTH = 16  # bits


def stack_images(
    files: Iterable[bytes],
    count: int,
    size: tuple[int, int],
    color_mode: str,
    grey_bits: int | None = None,
) -> NDArray[np.uint8]:
    """Return (count, height, width, channels) uint8 of ``count`` encoded images.

    ``size`` is (height, width); ``color_mode`` is ``L`` (grey) or ``RGB``; ``grey_bits`` is how
    many bits 16-bit grey values span, all of them by default.
    """
    pixels = np.empty((count, *size, CHANNELS[color_mode]), dtype=np.uint8)
    for row, data in enumerate(files):
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            upright = ImageOps.exif_transpose(image)
            pixels[row] = _fit(upright, size, color_mode, grey_bits or FULL_DEPTH)
    return pixels


def refit(pixels: NDArray[np.uint8], size: tuple[int, int], color_mode: str) -> NDArray[np.uint8]:
    """Return grey images (n, h, w, 1) in another size and colour mode."""
    fitted = [_fit(Image.fromarray(one[..., 0]), size, color_mode) for one in pixels]
    return np.stack(fitted)


def _fit(
    image: Image.Image, size: tuple[int, int], color_mode: str, grey_bits: int = FULL_DEPTH
) -> NDArray[np.uint8]:
    """Return (height, width, channels); bilinear with antialiasing where the size differs."""
    height, width = size
    plain = on_white(_eight_bits(image, grey_bits)).convert(color_mode)
    if plain.size != (width, height):
        plain = plain.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(plain, dtype=np.uint8).reshape(height, width, CHANNELS[color_mode])


def is_transparent(image: Image.Image) -> bool:
    """Return whether a pixel lets the ground show through."""
    if not image.has_transparency_data:
        return False
    return bool(np.asarray(image.convert("RGBA").getchannel("A")).min() < 255)


def on_white(image: Image.Image) -> Image.Image:
    """Return the image on a white ground; without its alpha channel black ink stays, on black."""
    if not is_transparent(image):
        return image
    inked = image.convert("RGBA")
    ground = Image.new("RGBA", inked.size, "white")
    return Image.alpha_composite(ground, inked).convert("L" if image.mode == "LA" else "RGB")


def _eight_bits(image: Image.Image, bits: int) -> Image.Image:
    """Scale deep grey down; Pillow's own conversion would cut everything above 255."""
    if image.mode not in DEEP:
        return image
    white = 2**bits - 1
    deep = np.asarray(image).astype(np.int64).clip(0, white)
    return Image.fromarray(np.rint(deep * 255 / white).astype(np.uint8))
