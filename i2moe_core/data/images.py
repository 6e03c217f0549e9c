"""Picture files of strangers -> pixels, safely: few formats, a size limit before decoding, clear refusals."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from i2moe_core.errors import InputError
from i2moe_core.language import say

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
MAX_PIXELS = 40_000_000
_FOREIGN = {
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"%!PS": "PostScript",
    b"%PDF": "PDF",
    b"<svg": "SVG",
    b"<?xml": "XML or SVG",
    b"<!DOC": "HTML",
    b"<html": "HTML",
    b"PK\x03\x04": "zip",
    b"SIMPLE": "FITS",
    b"8BPS": "Photoshop",
}


@dataclass(frozen=True)
class Picture:
    """pixels: (H, W, 3) uint8; notes: what had to be changed while reading, one sentence each."""

    pixels: np.ndarray
    notes: tuple[str, ...] = ()


def read_image(source: Path | str | bytes | np.ndarray, name: str | None = None) -> Picture:
    """Read a picture from a file, its bytes or an array.

    Args:
        source: a path, the content of a file, or (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) uint8 pixels.
        name: what to call the picture in messages; a path's own name where it is None.

    Raises:
        InputError: it is no picture of the known formats, is damaged or too large; the message names it.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source, name or say("The picture"))
    if isinstance(source, bytes):
        return _from_bytes(source, f"'{name}'" if name else say("The picture"))
    path = Path(source)
    label = f"'{name or path.name}'"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{label} was not found at {path}; check the file name.") from None
    except OSError as error:
        raise InputError(
            f"{label} cannot be opened ({error.strerror}); give a readable picture file."
        ) from error
    return _from_bytes(content, label)


def encode_png(pixels: np.ndarray) -> bytes:
    """Return (H, W, 3) uint8 pixels as the content of a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def _from_array(pixels: np.ndarray, label: str) -> Picture:
    grey = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[-1] == 1)
    if (
        pixels.dtype != np.uint8
        or not (grey or (pixels.ndim == 3 and pixels.shape[-1] in (3, 4)))
        or not pixels.size
    ):
        raise InputError(
            f"{label} is an array of {pixels.dtype} with shape {pixels.shape}; give uint8 (height, width, 3)."
        )
    height, width = pixels.shape[:2]
    _check_size(width, height, label)
    if grey:
        return Picture(np.repeat(pixels.reshape(height, width, 1), 3, axis=2))
    return Picture(pixels) if pixels.shape[-1] == 3 else _to_rgb(Image.fromarray(pixels))


def _from_bytes(content: bytes, label: str) -> Picture:
    if not content:
        raise InputError(say("{name} is empty (0 bytes); save or upload the picture again.", name=label))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(*image.size, label)
            return _decode(image)
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(_not_a_picture(content, label)) from error
    except Image.DecompressionBombError as error:
        raise InputError(_too_large(label)) from error
    # Damaged files make the decoders raise anything from SyntaxError to struct.error; all mean the same.
    except Exception as error:
        raise InputError(
            say(
                "{name} is damaged or cut short and cannot be read; save or upload it again, as {formats}.",
                name=label, formats=_known(),
            )
        ) from error  # fmt: skip


def _check_size(width: int, height: int, label: str) -> None:
    if width * height > MAX_PIXELS:
        raise InputError(_too_large(f"{label} ({width} x {height})"))


def _too_large(label: str) -> str:
    return say(
        "{name} has too many pixels: at most {limit} million are read; make it smaller first.",
        name=label, limit=MAX_PIXELS // 1_000_000,
    )  # fmt: skip


def _not_a_picture(content: bytes, label: str) -> str:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((kind for magic, kind in _FOREIGN.items() if start.startswith(magic)), None)
    if kind is None:
        return say(
            "{name} is not a picture that can be read; save it as {formats} and try again.",
            name=label, formats=_known(),
        )  # fmt: skip
    return say(
        "{name} is a {kind} file; save it as {formats} and try again.",
        name=label, kind=kind, formats=_known(),
    )  # fmt: skip


def _known() -> str:
    return say("PNG, JPEG, WebP, BMP or GIF")


def _decode(image: Image.Image) -> Picture:
    notes = []
    if getattr(image, "is_animated", False):
        image.seek(0)
        notes.append(say("Only the first frame of the animation is read."))
    image.load()
    upright, note = _upright(image)
    picture = _to_rgb(upright)
    return Picture(picture.pixels, (*notes, *note, *picture.notes))


def _upright(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Turn the picture as its camera noted; unreadable notes leave it as it is."""
    try:
        turned, noted = ImageOps.exif_transpose(image), image.getexif().get(0x0112, 1)
    # Camera notes are written by strangers too, and are of no weight for the pixels.
    except Exception:
        return image, (say("The picture's orientation note cannot be read and is ignored."),)
    turns = noted in range(2, 9)
    return turned, (say("The picture is turned upright as its camera noted."),) if turns else ()


def _to_rgb(image: Image.Image) -> Picture:
    if image.mode.startswith(("I", "F")):
        return Picture(_from_deep_grey(image), (say("The picture's 16-bit greys are rescaled to 8 bits."),))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        clear = bool((np.asarray(rgba)[:, :, 3] < 255).any())
        pixels = np.array(Image.alpha_composite(white, rgba).convert("RGB"))
        return Picture(pixels, (say("Transparent parts are shown on white."),) if clear else ())
    notes = (
        (say("The picture's print colours (CMYK) are converted to screen colours."),)
        if image.mode == "CMYK"
        else ()
    )
    return Picture(np.array(image.convert("RGB")), notes)


def _from_deep_grey(image: Image.Image) -> np.ndarray:
    """Scale 0..65535 to 0..255: Pillow's own conversion clips at 255."""
    levels = np.asarray(image).astype(np.float64) / 257
    grey = np.rint(np.clip(levels, 0, 255)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)
