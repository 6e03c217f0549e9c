"""The app's mark, drawn when needed, and the width that its pages keep."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw
from PIL.ImageColor import getrgb

from i2moe_core.plots.palette import FIXED

APP = "I²MoE Explorer"
PAGE_WIDTH = 1120  # pixels; wider lines are hard to read
# On light pages Streamlit writes figures in a grey of 3.6:1, which is hard to read on tinted cells,
# captions in one of 4.2:1, a button's key in one of 2.8:1, and what is chosen in the colour of buttons, which
# white letters need to be dark.
FIGURE_TEXT = """<style>
[data-testid="stPlotlyChart"] svg text[style*="rgb(128, 132, 149)"] {
  fill: currentColor !important; fill-opacity: 0.78 !important;
}
[data-testid="stCaptionContainer"] { color: inherit !important; opacity: 0.78; }
[data-testid="stButtonGroup"] button[data-selected="true"], [data-testid="stSliderThumbValue"] {
  color: inherit !important;
}
[data-has-shortcut] kbd { color: inherit !important; opacity: 1 !important; }
</style>"""


@cache
def mark(size: int = 128) -> Image.Image:
    """Draw two overlapping discs: image alone, text alone, and the lens of both, ringed by redundancy."""
    scale = size * 4
    image = Image.new("RGBA", (scale, scale), (0, 0, 0, 0))
    left, right = _disc(scale, 0.36), _disc(scale, 0.64)
    colours = [getrgb(colour) for colour in FIXED.values()]
    blank = Image.new("L", (scale, scale), 0)
    for mask, colour in (
        (left, colours[0]),
        (right, colours[1]),
        (Image.composite(left, blank, right), colours[2]),
    ):
        image.paste(Image.new("RGBA", (scale, scale), (*colour, 255)), mask=mask)
    pen = ImageDraw.Draw(image)
    box = [0.43 * scale, 0.43 * scale, 0.57 * scale, 0.57 * scale]
    pen.ellipse(box, fill=(*colours[3], 255), outline=(255, 255, 255, 255), width=scale // 48)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _disc(scale: int, centre: float) -> Image.Image:
    mask = Image.new("L", (scale, scale), 0)
    radius = 0.32
    box = [
        (centre - radius) * scale,
        (0.5 - radius) * scale,
        (centre + radius) * scale,
        (0.5 + radius) * scale,
    ]
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask
