"""Files that decode to exactly what was shown, and palettes that other programs read."""

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import GimpPaletteFile, Image

from gmmlab.data.pictures.encoding import indexed_png, png, webp
from gmmlab.data.pictures.images import shipped_bytes
from gmmlab.data.pictures.swatches import FORMATS, PaletteRejected, hex_codes


def decoded(data: bytes) -> tuple[Image.Image, np.ndarray]:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image, np.asarray(image.convert("RGBA"))


def drawn(K: int, size=(37, 23), seed=0) -> tuple[np.ndarray, np.ndarray]:
    """Labels of which each occurs, and a palette without repetition."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, K, size[0] * size[1]).astype(np.uint8)
    labels[:K] = np.arange(K)
    packed = rng.choice(1 << 24, K, replace=False)
    palette = np.stack([packed >> 16, packed >> 8, packed], axis=1).astype(np.uint8)
    return labels.reshape(size[::-1]), palette


@given(K=st.integers(1, 256), width=st.integers(1, 19), seed=st.integers(0, 99))
def test_indexed_png_decodes_to_the_colours_shown(K, width, seed):
    labels, palette = drawn(K, (width, -(-256 // width)), seed)
    found = indexed_png(labels, palette)
    _, shown = decoded(found.data)
    np.testing.assert_array_equal(shown[:, :, :3], palette[labels])
    assert (shown[:, :, 3] == 255).all()
    assert found.n_entries == K
    assert found.bit_depth == {1: 1, 2: 1, 3: 2, 4: 2}.get(K, 4 if K <= 16 else 8)
    # The header says so too: width, height, depth, and that there is a palette.
    assert struct.unpack_from(">IIBB", found.data, 16) == (*labels.shape[::-1], found.bit_depth, 3)


def test_unused_and_equal_entries_are_left_out():
    labels = np.array([[0, 1, 2, 9]], dtype=np.uint8)
    palette = np.zeros((10, 3), dtype=np.uint8)
    palette[2], palette[5] = 7, 99
    found = indexed_png(labels, palette)
    assert found.n_entries == 2
    np.testing.assert_array_equal(decoded(found.data)[1][0, :, 0], [0, 0, 7, 0])


def test_opacity_is_kept_exactly_where_it_fits():
    labels, palette = drawn(20)
    alpha = np.random.default_rng(1).choice([0, 3, 128, 255], labels.shape).astype(np.uint8)
    found = indexed_png(labels, palette, alpha)
    _, shown = decoded(found.data)
    assert found.alpha_levels == 256
    assert found.n_entries <= 20 * 3 + 1  # one entry for all that cannot be seen
    np.testing.assert_array_equal(shown[:, :, 3], alpha)
    np.testing.assert_array_equal(shown[alpha > 0][:, :3], palette[labels][alpha > 0])


@pytest.mark.parametrize(("K", "levels"), [(2, 86), (4, 52), (40, 6), (255, 2)])
def test_opacity_is_rounded_where_it_does_not_fit(K, levels):
    labels, palette = drawn(K, (300, 200))
    alpha = np.random.default_rng(1).integers(0, 256, labels.shape).astype(np.uint8)
    found = indexed_png(labels, palette, alpha)
    _, shown = decoded(found.data)
    assert found.alpha_levels == levels
    off = np.abs(shown[:, :, 3].astype(int) - alpha)
    assert off.max() <= 255 / (levels - 1) / 2 + 0.5
    seen = shown[:, :, 3] > 0
    np.testing.assert_array_equal(shown[seen][:, :3], palette[labels][seen])


def test_256_colours_and_transparency_do_not_fit_together():
    labels, palette = drawn(256)
    alpha = np.full(labels.shape, 255, dtype=np.uint8)
    assert indexed_png(labels, palette, alpha).n_entries == 256
    alpha[-1, -1] = 0
    with pytest.raises(ValueError, match="use 255 colours"):
        indexed_png(labels, palette, alpha)


def test_indexed_png_is_smaller_than_pillows():
    theirs = Image.open(io.BytesIO(shipped_bytes("china"))).quantize(16, dither=Image.Dither.NONE)
    file = io.BytesIO()
    theirs.save(file, format="PNG", optimize=True)
    palette = np.array(theirs.getpalette(), dtype=np.uint8).reshape(-1, 3)
    ours = indexed_png(np.asarray(theirs), palette).data
    np.testing.assert_array_equal(decoded(ours)[1], decoded(file.getvalue())[1])
    assert len(ours) < 0.95 * len(file.getvalue())


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (np.zeros((2, 2), dtype=int), "bytes"),
        (np.zeros((0, 2), dtype=np.uint8), "bytes"),
        (np.full((2, 2), 9, dtype=np.uint8), "too short"),
    ],
)
def test_labels_that_are_none(labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        indexed_png(labels, np.zeros((3, 3), dtype=np.uint8))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("encode", [png, webp])
def test_nothing_is_lost(encode, mode):
    values = np.random.default_rng(0).integers(0, 256, (21, 34, len(mode))).astype(np.uint8)
    _, shown = decoded(encode(Image.fromarray(values)))
    np.testing.assert_array_equal(shown[:, :, : len(mode)], values)


def test_webp_says_when_a_side_is_too_long():
    with pytest.raises(ValueError, match="16383 pixels along a side and this picture has 20000"):
        webp(Image.new("RGB", (1, 20_000)))


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=256))
def test_palettes_come_back(kind, data):
    palette = np.array(data, dtype=np.uint8)
    file = FORMATS[kind].write(palette, "a */ name\nof two lines")
    np.testing.assert_array_equal(FORMATS[kind].read(file), palette)


def test_gpl_is_read_by_pillow():
    palette = drawn(16)[1]
    theirs = GimpPaletteFile.GimpPaletteFile(io.BytesIO(FORMATS["gpl"].write(palette, "x")))
    assert theirs.getpalette()[0][: 3 * 16] == palette.tobytes()


def test_css_and_json_say_what_they_should():
    palette = np.array([[26, 43, 60], [255, 0, 0]], dtype=np.uint8)
    css = FORMATS["css"].write(palette, "Temple").decode()
    assert "--color-1: #1a2b3c;" in css
    assert css.count("{") == css.count("}") == 1
    found = json.loads(FORMATS["json"].write(palette, "Temple"))
    assert found["name"] == "Temple"
    assert found["colors"][1] == {"hex": "#ff0000", "rgb": [255, 0, 0]}
    assert hex_codes(palette) == ("#1a2b3c", "#ff0000")


def test_ase_is_as_adobe_has_it():
    """One swatch, byte by byte: version 1.0, one block, its title, RGB as floats from 0 to 1."""
    found = FORMATS["ase"].write(np.array([[255, 0, 51]], dtype=np.uint8), "")
    title = "#ff0033\0".encode("utf-16-be")
    colour = b"RGB " + struct.pack(">fff", 1, 0, 0.2) + b"\0\0"
    body = b"\0\x08" + title + colour
    assert found == b"ASEF\0\x01\0\0\0\0\0\x01" + b"\0\x01" + struct.pack(">I", len(body)) + body


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"GIMP Palette\n", b"ASEF", b"{}", b"[" * 9999])
def test_what_is_no_palette_is_refused(kind, data):
    with pytest.raises(PaletteRejected):
        FORMATS[kind].read(data)


def test_colours_beyond_bytes_are_refused():
    with pytest.raises(PaletteRejected, match="outside 0 to 255"):
        FORMATS["json"].read(b'{"colors": [{"rgb": [0, 0, 256]}]}')
