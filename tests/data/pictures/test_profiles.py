"""Photos of wide colours come out as a screen takes bytes; broken profiles harm nobody."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from gmmlab.data.pictures import bmff_files, images
from gmmlab.data.pictures.images import ImageRejected, open_image, opened
from tests.data.pictures.files import chunk, display_p3, photo, png, saved, translucent

P3 = display_p3()
# sRGB's red, green, blue and a grey in Display P3, as CSS Color 4's sample code has them.
IN_P3 = [(234, 51, 35), (117, 251, 76), (0, 0, 245), (128, 128, 128)]
IN_SRGB = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)]
KINDS = [("PNG", {}), ("JPEG", {"quality": 100, "subsampling": 0}), ("TIFF", {})]
KINDS += [("WEBP", {"lossless": True}), ("AVIF", {"quality": 100, "subsampling": "4:4:4"})]


def patches() -> Image.Image:
    values = np.array(IN_P3, dtype=np.uint8)
    return Image.fromarray(np.repeat(np.repeat(values[None], 32, axis=0), 32, axis=1))


@pytest.mark.parametrize(("kind", "options"), KINDS, ids=[kind for kind, _ in KINDS])
def test_a_display_p3_photo_is_taken_into_srgb(kind, options):
    data = saved(patches(), kind, icc_profile=P3, **options)
    found = np.asarray(open_image(data))[16, 16::32]
    np.testing.assert_allclose(found, IN_SRGB, atol=9)
    plain = np.asarray(open_image(saved(patches(), kind, **options)))[16, 16::32]
    np.testing.assert_allclose(plain, IN_P3, atol=8)


def test_a_profile_is_applied_as_littlecms_does_and_opacity_is_kept():
    image = translucent()
    found = open_image(saved(image, "PNG", icc_profile=P3))
    theirs = ImageCms.profileToProfile(
        image.convert("RGB"),
        ImageCms.ImageCmsProfile(io.BytesIO(P3)),
        ImageCms.createProfile("sRGB"),
    )
    np.testing.assert_array_equal(np.asarray(found)[:, :, :3], np.asarray(theirs))
    np.testing.assert_array_equal(np.asarray(found)[:, :, 3], np.asarray(image)[:, :, 3])


def test_srgb_itself_keeps_every_byte():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = open_image(saved(photo(), "PNG", icc_profile=srgb))
    np.testing.assert_array_equal(np.asarray(found), np.asarray(photo()))


@pytest.mark.parametrize(
    "profile",
    [b"no profile", P3[:200], P3[:-40], bytes(500), P3[:16] + b"CMYK" + P3[20:], P3[:16] + b"Lab "],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_broken_profile_leaves_the_bytes_and_says_so(profile, kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    found = opened(saved(photo(), kind, icc_profile=profile, **options))
    plain = open_image(saved(photo(), kind, **options))
    np.testing.assert_array_equal(np.asarray(found.image), np.asarray(plain))
    assert "profile of this photo cannot be used" in found.note


def test_a_profile_that_unfolds_to_megabytes_is_none():
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(10**6)) for _ in range(50)) + packer.flush()
    data = png(4, 4, zlib.compress(bytes(52)), chunk(b"iCCP", b"a\0\0" + body))
    assert opened(data).note == ""


def test_avif_opens_upright_and_with_its_opacity():
    turned = Image.Exif()
    turned[274] = 6
    found = opened(saved(photo(), "AVIF", exif=turned))
    assert found.image.size == photo().size[::-1]
    assert found.format == "AVIF"
    clear = open_image(saved(translucent(), "AVIF"))
    assert clear.mode == "RGBA"


def test_an_avif_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    data = bytearray(saved(photo(), "AVIF"))
    place = data.find(b"ispe") + 8
    data[place : place + 8] = struct.pack(">II", 60_000, 60_000)
    monkeypatch.setattr(images, "_decoded", None)
    with pytest.raises(ImageRejected, match="megapixels"):
        open_image(bytes(data))


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.95])
def test_an_avif_that_is_cut_off_is_refused(part):
    data = saved(photo((200, 150)), "AVIF")
    with pytest.raises(ImageRejected):
        open_image(data[: int(part * len(data))])


def test_a_file_of_endless_boxes_is_refused():
    data = b"\0\0\0\x10ftypavif" + bytes(4) + struct.pack(">I4s", 8, b"free") * 30_000
    with pytest.raises(ImageRejected, match="too many pieces"):
        open_image(data)


def test_heic_without_its_plugin_is_one_sentence(monkeypatch):
    monkeypatch.setattr(bmff_files, "find_spec", lambda name: None)
    with pytest.raises(ImageRejected, match=r"HEIC photo.*export it as JPEG"):
        open_image(b"\0\0\0\x18ftypheic" + bytes(99))


def test_heic_opens_where_its_plugin_is_installed():
    plugin = pytest.importorskip("pillow_heif")
    plugin.register_heif_opener()
    found = opened(saved(patches(), "HEIF", quality=100, chroma=444, icc_profile=P3))
    assert (found.format, found.image.size) == ("HEIC", patches().size)
    np.testing.assert_allclose(np.asarray(found.image)[16, 16::32], IN_SRGB, atol=9)


def test_a_video_is_no_picture():
    with pytest.raises(ImageRejected, match="video"):
        open_image(b"\0\0\0\x18ftypisom" + bytes(8) + b"mp42" + bytes(99))
