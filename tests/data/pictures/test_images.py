"""Any bytes: a picture as Pillow shows it, or one sentence."""

import io
import random
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from gmmlab.data.pictures import images
from gmmlab.data.pictures.images import ImageRejected, open_image, opened, preview, shipped_bytes
from tests.data.pictures import files as pictures
from tests.data.pictures.files import chunk, photo, png, saved, tiff, tiff_tags, zeros

ORDINARY = pictures.ordinary()
DEEP = {"png 16 bit", "tiff 16 bit", "tiff 32 bit", "tiff float"}


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRejected) as refused:
        open_image(data)
    said = str(refused.value)
    assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", said)
    assert not re.search(r"[/\\]\w+[/\\]|Error|Traceback", said)
    assert len(said) < 200
    assert open_image(ORDINARY["png"]).size == pictures.SIZE  # the next upload works
    return said


@pytest.mark.parametrize("name", sorted(ORDINARY.keys() - DEEP))
def test_shows_what_pillow_shows(name):
    with Image.open(io.BytesIO(ORDINARY[name])) as theirs:
        upright = ImageOps.exif_transpose(theirs)
        ours = open_image(ORDINARY[name])
        assert ours.mode in ("RGB", "RGBA")
        expected = np.asarray(upright.convert("RGBA"))
    np.testing.assert_array_equal(np.asarray(ours.convert("RGBA")), expected)
    assert (ours.mode == "RGBA") == bool((expected[:, :, 3] < 255).any())
    assert ours.info == {}


@pytest.mark.parametrize("name", sorted(DEEP))
def test_deep_greys_are_scaled(name):
    ours = np.asarray(open_image(ORDINARY[name]))[:, :, 1].astype(float)
    np.testing.assert_allclose(ours, pictures.ramp() / 257, atol=0.51)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0, 128, 255]], [0, 128, 255]),  # bytes in wide clothes
        ([[-100, 0, 100]], [0, 128, 255]),
        ([[7, 7, 7]], [7, 7, 7]),
        ([[-7, -7, -7]], [0, 0, 0]),
    ],
)
def test_whole_numbers_find_a_range(values, expected):
    data = saved(Image.fromarray(np.array(values, dtype=np.int32)), "TIFF")
    assert np.asarray(open_image(data))[0, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0, 0.5, 1]], [0, 128, 255]),
        ([[-3e38, 0, 3e38]], [0, 128, 255]),
        ([[np.nan, 0, np.inf, 10]], [0, 0, 0, 255]),
    ],
)
def test_floats_find_a_range(values, expected):
    data = saved(Image.fromarray(np.array(values, dtype=np.float32)), "TIFF")
    assert np.asarray(open_image(data))[0, :, 0].tolist() == expected


def test_floats_without_a_finite_one_are_refused():
    data = saved(Image.fromarray(np.full((2, 2), np.nan, dtype=np.float32)), "TIFF")
    assert "finite" in refusal(data)


def test_a_clear_grey_of_16_bits_is_clear():
    data = png(
        2,
        1,
        zlib.compress(b"\0" + struct.pack(">HH", 500, 501)),
        chunk(b"tRNS", struct.pack(">H", 500)),
        depth=16,
        kind=0,
    )
    assert np.asarray(open_image(data))[0, :, 3].tolist() == [0, 255]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation(kind, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    data = saved(photo(), kind, exif=exif)
    with Image.open(io.BytesIO(data)) as theirs:
        expected = np.asarray(ImageOps.exif_transpose(theirs).convert("RGB"))
    np.testing.assert_array_equal(np.asarray(open_image(data)), expected)


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x07\0\xff\xff\xff\xff\0\0\0\0",
        b"Exif\0\0" + bytes(range(256)),
    ],
)
def test_broken_exif_turns_nothing(exif):
    for kind in ("JPEG", "PNG", "WEBP"):
        data = saved(photo(), kind, exif=exif)
        plain = saved(photo(), kind)
        np.testing.assert_array_equal(np.asarray(open_image(data)), np.asarray(open_image(plain)))


@pytest.mark.parametrize(
    ("name", "count"),
    [("gif animated", 2), ("png animated", 2), ("webp animated", 2), ("tiff pages", 2)]
    + [(name, 1) for name in ("gif", "png", "webp", "tiff", "jpeg", "mpo")],
)
def test_says_when_only_the_first_frame_is_shown(name, count):
    found = opened(ORDINARY[name])
    assert found.n_frames == count
    assert found.n_bytes == len(ORDINARY[name])
    assert bool(found.note) == (count > 1)
    if count > 1:
        assert re.fullmatch(r"This \w+ has 2 (frames|pages); the first is shown\.", found.note)


def test_very_many_frames_are_not_counted_to_the_end():
    gif = ORDINARY["gif"]
    frame = gif[gif.find(pictures.PICTURE_IN_GIF) : -1]
    assert "1,000 or more frames" in opened(gif[:-1] + 1500 * frame + b";").note


REFUSED = {
    "nothing": (b"", "empty"),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "zip": (b"PK\x03\x04" + bytes(100), "ZIP"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(99), "HEIC"),
    "text": ("Grüße\n".encode() * 9, "known kind"),
    "zeros": (bytes(1000), "known kind"),
    "ppm": (saved(photo(), "PPM"), "known kind"),
    "signature alone": (b"\x89PNG\r\n\x1a\n", "header"),
    "60,000 squared": (png(60_000, 60_000, zeros(1)), "3,600 megapixels"),
    "just above": (png(10_000, 5_001, zeros(1)), "megapixels"),
    "gif screen": (ORDINARY["gif"][:6] + b"\xff" * 4 + ORDINARY["gif"][10:], "4,295 megapixels"),
    "tiff size": (tiff(tiff_tags(60_000, 60_000), bytes(99)), "megapixels"),
    "bmp size": (ORDINARY["bmp"][:18] + b"\0\0\0\x80" * 2 + ORDINARY["bmp"][26:], "megapixels"),
    "a line": (png(100_001, 1, zeros(1), kind=0), "along a side"),
    "no width": (png(0, 5, zeros(1)), "no pixels"),
    "no data": (png(7_000, 7_000, b""), "damaged"),
    "no gif picture": (b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0, 0, 0) + b";", "no picture"),
    "many chunks": (png(4, 4, zeros(1), chunk(b"tEXt", b"") * 60_000), "pieces"),
    "many segments": (b"\xff\xd8" + b"\xff\xfe\0\2" * 60_000, "pieces"),
    "many tags": (tiff(tiff_tags(9, 9), bytes(99), [(400, 1, 9, 8)] * 5000), "too many tags"),
    "many strips": (tiff(tiff_tags(9, 9) | {273: (4, 300_000, 8)}), "parts"),
    "long list": (tiff(tiff_tags(9, 9) | {320: (3, 3_000_000, 8)}, bytes(99)), "too long"),
    "huge tile": (
        tiff(tiff_tags(9, 9, 8) | dict.fromkeys((322, 323), (4, 1, 60_000)) | {324: (4, 1, 8)}),
        "tiles",
    ),
    "flat tile": (tiff(tiff_tags(9, 9, 8) | {322: (4, 1, 0), 323: (4, 1, 9)}), "no size"),
    "run-length": (pictures.run_length_bmp(3000, 3000, b"\1\1" * 1000), "run-length"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_refuses_in_one_sentence(data, reason):
    assert reason in refusal(data)


def test_refuses_a_large_file_without_looking():
    assert "25.0 MB" in refusal(bytes(images.MAX_BYTES + 1))


def test_refuses_a_jpeg_of_endless_scans():
    whole = saved(Image.new("RGB", (2000, 2000)), "JPEG", progressive=True)
    last = whole[whole.rfind(b"\xff\xda") : -2]
    assert "scans" in refusal(whole[:-2] + 300 * last + b"\xff\xd9")
    assert open_image(whole).size == (2000, 2000)


def test_one_scan_of_too_many_pixels_is_refused_for_its_pixels():
    data = bytearray(saved(Image.new("RGB", (8, 8)), "JPEG"))
    frame = data.find(b"\xff\xc0")
    data[frame + 5 : frame + 9] = 2 * (65_500).to_bytes(2, "big")
    assert "megapixels" in refusal(bytes(data))


@pytest.mark.parametrize("name", ORDINARY)
def test_a_file_that_is_cut_off_is_shown_or_refused(name):
    data = ORDINARY[name]
    for part in (0.02, 0.1, 0.5, 0.9, 0.99):
        shown_or_refused(data[: int(part * len(data))])
    if name != "tiff fax":  # whose missing lines are white
        refusal(data[: len(data) // 5])


def shown_or_refused(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            image = open_image(data)
        except ImageRejected:
            return False
    assert image.mode in ("RGB", "RGBA")
    return True


def test_random_damage_is_shown_or_refused():
    draw = random.Random(0)
    outcomes = []
    for _ in range(1500):
        data = bytearray(draw.choice(list(ORDINARY.values())))
        reach = draw.choice((64, 400, len(data)))
        for _ in range(draw.choice((1, 3, 10))):
            place = draw.randrange(min(reach, len(data)))
            match draw.randrange(4):
                case 0 | 1:
                    data[place] = draw.choice((0, 1, 127, 255, draw.randrange(256)))
                case 2:
                    data[place : place + draw.randrange(5)] = draw.randbytes(draw.randrange(5))
                case 3:
                    data[place : place + 4] = struct.pack("<I", draw.choice((0, 65535, 2**31)))
        outcomes.append(shown_or_refused(bytes(data)))
    assert 100 < sum(outcomes) < 1400  # some of each, or nothing is tried


BEARABLE = {
    "texts that unfold": png(
        4, 4, zlib.compress(bytes(52)), chunk(b"zTXt", b"a\0\0" + zeros(20)) * 50
    ),
    "profile that unfolds": png(
        4, 4, zlib.compress(bytes(52)), chunk(b"iCCP", b"a\0\0" + zeros(50))
    ),
    "tags that share a place": tiff(
        tiff_tags(9, 9, length=81), bytes(10**6), [(30_000 + i, 1, 10**6, 8) for i in range(4000)]
    ),
    "gif with a long comment": pictures.with_comment(
        ORDINARY["gif"], (b"\xff" + bytes(255)) * 50_000
    ),
    "one pixel": png(1, 1, zlib.compress(bytes(4))),
    "1 × 60,000": saved(Image.new("RGB", (1, 60_000)), "PNG"),
    "60,000 × 1": saved(Image.new("RGB", (60_000, 1)), "PNG"),
    "49 megapixels in few bytes": png(7_000, 7_000, zeros(50), kind=0),
}


@pytest.mark.parametrize("data", BEARABLE.values(), ids=BEARABLE)
def test_what_costs_much_elsewhere_is_shown(data):
    assert min(open_image(data).size) >= 1


def test_a_fully_transparent_picture_keeps_its_transparency():
    found = open_image(saved(Image.new("RGBA", (9, 9)), "PNG"))
    assert found.mode == "RGBA"
    assert found.getextrema()[3] == (0, 0)


def test_bytes_between_the_segments_of_a_jpeg_are_passed_over():
    plain = ORDINARY["jpeg"]
    end = 4 + struct.unpack_from(">H", plain, 4)[0]
    for between in (b"\0" * 9, b"\xff\xff", b"\xff\x01", b"\xff\xd8", b"\xff\0"):
        found = open_image(plain[:end] + between + plain[end:])
        np.testing.assert_array_equal(np.asarray(found), np.asarray(open_image(plain)))


def test_the_name_of_a_file_does_not_matter_but_its_content_does():
    assert opened(ORDINARY["png"]).format == "PNG"
    assert opened(ORDINARY["mpo"]).format == "JPEG"
    assert opened(ORDINARY["webp"]).format == "WebP"


@pytest.mark.parametrize("name", images.SHIPPED)
def test_shipped_pictures_are_scikit_learns(name):
    from sklearn.datasets import load_sample_image

    found = open_image(shipped_bytes(name))
    np.testing.assert_array_equal(np.asarray(found), load_sample_image(f"{name}.jpg"))


def test_no_other_file_is_shipped():
    with pytest.raises(ValueError, match=r"china, flower"):
        shipped_bytes("../../secret")


@pytest.mark.parametrize("size", [(4000, 3000), (1, 60_000), (60_000, 1), (900, 20), (3000, 2)])
def test_previews_keep_proportions_and_fit(size):
    small = preview(Image.new("RGB", size), 50_000)
    assert small.size[0] * small.size[1] <= 50_000
    if min(small.size) > 20:
        assert small.size[0] / small.size[1] == pytest.approx(size[0] / size[1], rel=0.02)


def test_a_small_picture_is_its_own_preview():
    image = photo()
    assert preview(image) is image
