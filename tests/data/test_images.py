"""Reading pictures: right values from every kind that is read, one named refusal for every other."""

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from i2moe_core.data.images import encode_png, read_image
from i2moe_core.errors import InputError

RED, WHITE = (255, 0, 0), (255, 255, 255)


def content(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def picture(size=(6, 4), mode="RGB", colour=(10, 200, 30)):
    return Image.new(mode, size, colour)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour_type, rows):
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def animation(kind):
    frames = [picture(colour=RED), picture(colour=(0, 0, 255))]
    return content(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF"])
def test_lossless_formats_keep_the_pixels(kind):
    read = read_image(content(picture(), kind))
    assert read.pixels.shape == (4, 6, 3)
    assert read.pixels.dtype == np.uint8
    assert (read.pixels == (10, 200, 30)).all()
    assert read.notes == ()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_formats_nearly_keep_them(kind):
    pixels = read_image(content(picture((32, 32)), kind)).pixels.astype(int)
    assert np.abs(pixels - (10, 200, 30)).max() < 8


def test_sixteen_bit_greys_are_rescaled_not_clipped():
    levels = np.array([[0, 257, 32768, 65535]], dtype=">u2")
    read = read_image(png(4, 1, 16, 0, b"\0" + levels.tobytes()))
    assert read.pixels[0, :, 0].tolist() == [0, 1, 128, 255]
    assert "16-bit" in read.notes[0]


def test_sixteen_bit_colours_are_rescaled():
    levels = np.array([[65535, 32768, 0]], dtype=">u2")
    pixels = read_image(png(1, 1, 16, 2, b"\0" + levels.tobytes())).pixels
    assert np.abs(pixels[0, 0].astype(int) - (255, 128, 0)).max() <= 1


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_parts_are_white(mode):
    colour = (255, 0, 0, 0) if mode == "RGBA" else (0, 0)
    read = read_image(content(picture(mode=mode, colour=colour)))
    assert (read.pixels == WHITE).all()
    assert "white" in read.notes[0]


def test_half_transparent_red_is_mixed_with_white():
    pixels = read_image(content(picture(mode="RGBA", colour=(255, 0, 0, 128)))).pixels
    assert np.abs(pixels[0, 0].astype(int) - (255, 127, 127)).max() <= 1


def test_opaque_alpha_needs_no_note():
    assert read_image(content(picture(mode="RGBA", colour=(*RED, 255)))).notes == ()


def test_palettes_with_and_without_transparency():
    image = picture(colour=RED).convert("P", palette=Image.Palette.ADAPTIVE)
    assert (read_image(content(image)).pixels == RED).all()
    clear = content(image, transparency=int(np.asarray(image)[0, 0]))
    assert (read_image(clear).pixels == WHITE).all()


def test_print_colours_are_converted():
    read = read_image(content(picture((16, 16), "CMYK", (0, 255, 255, 0)), "JPEG"))
    assert np.abs(read.pixels.astype(int) - RED).max() < 8
    assert "CMYK" in read.notes[0]


@pytest.mark.parametrize("mode", ["1", "L"])
def test_greys_become_three_channels(mode):
    assert (read_image(content(picture(mode=mode, colour=255))).pixels == WHITE).all()


def test_camera_orientation_is_applied():
    image = picture((6, 4), colour=(0, 0, 0))
    image.putpixel((0, 0), RED)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    read = read_image(content(image, exif=exif))
    assert read.pixels.shape == (6, 4, 3)
    assert read.pixels[0, 3].tolist() == list(RED)
    assert "upright" in read.notes[0]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_camera_notes_do_not_matter():
    read = read_image(content(picture(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert read.pixels.shape == (4, 6, 3)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation(kind):
    read = read_image(animation(kind))
    assert np.abs(read.pixels.astype(int) - RED).max() < 8
    assert "first frame" in read.notes[0]


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_extreme_sizes_are_read(size):
    assert read_image(content(picture(size))).pixels.shape == (size[1], size[0], 3)


def test_png_round_trip():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    assert np.array_equal(read_image(encode_png(pixels)).pixels, pixels)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1), (4, 6, 3), (4, 6, 4)])
def test_arrays_are_taken(shape):
    pixels = np.full(shape, 255, dtype=np.uint8)
    assert (read_image(pixels).pixels == 255).all()
    assert read_image(pixels).pixels.shape == (4, 6, 3)


BOMB = png(20_000, 20_000, 8, 0, b"\0" * 1000)
WIDE = png(8_000, 5_001, 8, 0, b"\0" * 1000)
BMP_BOMB = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 30_000, 30_000, 1, 24, 0, 0, 0, 0, 0, 0)
GIF_BOMB = struct.pack("<6sHHBBB", b"GIF89a", 60_000, 60_000, 0x80, 0, 0) + b"\0" * 6
GIF_BOMB += struct.pack("<cHHHHB", b",", 0, 0, 60_000, 60_000, 0) + b"\2\2L\1\0;"
NO_PIXELS = (
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) + chunk(b"IEND", b"")
)
WRONG_SUM = bytearray(content(picture()))
WRONG_SUM[20] ^= 0xFF
BAD = {
    "tiff": (content(picture(), "TIFF"), "TIFF"),
    "eps": (content(picture(), "EPS"), "PostScript"),
    "pdf": (content(picture(), "PDF"), "PDF"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "SVG"),
    "svg_with_prolog": (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "SVG"),
    "html": (b"<!DOCTYPE html><img src=x>", "HTML"),
    "zip": (b"PK\x03\x04" + b"\0" * 50, "zip"),
    "psd": (b"8BPS\0\1" + b"\0" * 50, "Photoshop"),
    "fits": (b"SIMPLE  =                    T" + b" " * 3000, "FITS"),
    "ico": (content(picture((16, 16)), "ICO"), "PNG"),
    "ppm": (content(picture(), "PPM"), "PNG"),
    "jpeg2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 50, "PNG"),
    "text": (b"just words", "PNG"),
    "program": (b"MZ\x90\0" + b"\0" * 100, "PNG"),
    "empty": (b"", "empty"),
    "one_byte": (b"\x89", "PNG"),
    "signature_only": (b"\x89PNG\r\n\x1a\n", "PNG"),
    "bomb": (BOMB, "too many pixels"),
    "just_above_the_limit": (WIDE, "8000 x 5001"),
    "bmp_bomb": (BMP_BOMB, "too many pixels"),
    "gif_bomb": (GIF_BOMB, "too many pixels"),
    "png_without_pixels": (NO_PIXELS, "damaged"),
    "png_broken_checksum": (bytes(WRONG_SUM), "PNG"),
    "png_short_rows": (png(4, 4, 8, 2, b"\0\1\2"), "damaged"),
    "png_no_size": (png(0, 0, 8, 2, b""), "PNG"),
}
for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP"):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    whole = content(noise, kind)
    BAD[f"truncated_{kind}"] = (whole[: len(whole) // 2], "damaged|PNG")


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_by_name(name, tmp_path):
    data, message = BAD[name]
    path = tmp_path / f"{name}.png"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_image(path)
    assert f"'{name}.png'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [f"{name}.png"]


@pytest.mark.parametrize("name", BAD)
def test_bad_bytes_are_refused_alike(name):
    data, message = BAD[name]
    with pytest.raises(InputError, match=message) as caught:
        read_image(data, name="upload.png")
    assert "'upload.png'" in str(caught.value)


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.png.*not found"):
        read_image(tmp_path / "gone.png")
    with pytest.raises(InputError, match=tmp_path.name):
        read_image(tmp_path)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 3)),
        np.zeros((4, 4, 3), dtype=np.uint16),
        np.zeros((4, 4, 2), dtype=np.uint8),
        np.zeros((1, 4, 4, 3), dtype=np.uint8),
        np.zeros(4, dtype=np.uint8),
        np.zeros((0, 4, 3), dtype=np.uint8),
        np.zeros((7000, 6000), dtype=np.uint8),
    ],
)
def test_other_arrays_are_refused(pixels):
    with pytest.raises(InputError, match=r"array|too many"):
        read_image(pixels)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_flipped_bytes_give_pixels_or_a_refusal(kind):
    """Damage may pass the decoder unseen, but nothing else than ``InputError`` may come out."""
    whole = content(picture((24, 24)), kind)
    rng = np.random.default_rng(0)
    for _ in range(60):
        data = bytearray(whole)
        data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        with suppress(InputError):
            assert read_image(bytes(data)).pixels.dtype == np.uint8
