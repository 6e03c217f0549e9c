"""Small pictures for a table: what the model read, as JPEG bytes, so that a page needs no data set."""

from __future__ import annotations

import io

from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

SIDE = 64  # pixels at most
QUALITY = 85  # of JPEG, colours at full resolution; four times faster to write than PNG or WebP


def thumbnails(images: Tensor, present: Tensor) -> list[bytes | None]:
    """Return (N, 3, S, S) uint8 pictures as JPEG; None where ``present`` (N,) is False."""
    if images.shape[-1] > SIDE:
        small = interpolate(images.float(), size=(SIDE, SIDE), mode="bilinear", antialias=True)
        images = small.round().clamp(0, 255).byte()
    pixels = images.permute(0, 2, 3, 1).contiguous().numpy()
    height, width = pixels.shape[1:3]
    # Cut from one strip: cheaper than to make a picture of each array.
    strip = Image.fromarray(pixels.reshape(-1, width, 3))
    return [
        _jpeg(strip.crop((0, row * height, width, (row + 1) * height))) if there else None
        for row, there in enumerate(present.tolist())
    ]


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()
