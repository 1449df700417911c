"""Visitors' .npz files: exact pixels from good ones, one plain sentence for bad ones."""

import hashlib
import io
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmlab.data.image_sets.image_set import (
    MAX_BYTES,
    MAX_MEMBERS,
    ImageSet,
    ImageSetRejected,
    read_image_set,
    write_image_set,
)

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, size=(40, 5, 7), dtype=np.uint8)
LABELS = np.arange(40) % 3


def npz(compressed: bool = False, **arrays: object) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file.getvalue()


def zipped(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def header(shape: object, descr: str = "|u1") -> bytes:
    """The bytes of an .npy file up to its numbers, whatever it says they are."""
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    padded = text.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded


def refusal(data: bytes) -> str:
    with pytest.raises(ImageSetRejected) as caught:
        read_image_set(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert len(sentence) < 200
    assert sentence.isprintable()
    return sentence


def assert_reads(data: bytes) -> ImageSet:
    found = read_image_set(data)
    np.testing.assert_array_equal(found.images, IMAGES)
    assert found.images.dtype == np.uint8
    return found


@pytest.mark.parametrize("dtype", ["u1", "i2", "<i8", ">i4", "f4", ">f8", "f2"])
@pytest.mark.parametrize("compressed", [False, True])
def test_whole_numbers_of_any_type_are_read_exactly(dtype, compressed):
    data = npz(compressed, images=IMAGES.astype(dtype), labels=LABELS.astype(np.uint8))
    found = assert_reads(data)
    np.testing.assert_array_equal(found.labels, LABELS)
    assert found.name == hashlib.sha256(data).hexdigest()[:16]


def test_labels_are_optional_and_other_arrays_are_left_alone():
    assert assert_reads(npz(images=IMAGES)).labels is None
    assert_reads(npz(images=IMAGES, more=np.array([{"a": 1}], dtype=object)))


def test_arrays_by_columns_and_of_truth_values_are_read():
    assert_reads(npz(images=np.asfortranarray(IMAGES)))
    bits = IMAGES > 99
    np.testing.assert_array_equal(read_image_set(npz(images=bits)).images, bits)


def test_an_array_of_many_blocks_is_read_whole():
    many = np.random.default_rng(1).integers(0, 256, size=(2000, 32, 32)).astype(float)
    np.testing.assert_array_equal(read_image_set(npz(True, images=many)).images, many)


def test_what_is_written_reads_back():
    found = assert_reads(write_image_set(IMAGES + 0.4, LABELS))
    np.testing.assert_array_equal(found.labels, LABELS)
    below, above = IMAGES - 100.0, IMAGES + 100.0
    for values in (below, above):
        back = read_image_set(write_image_set(values))
        np.testing.assert_array_equal(back.images, np.clip(values, 0, 255))
        assert back.labels is None


def cut(data: bytes, at: float) -> bytes:
    return data[: int(len(data) * at)]


def altered(data: bytes) -> bytes:
    """The file with one pixel changed, which its checksum does not know of."""
    at = data.index(IMAGES.tobytes()) + 1000
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def encrypted() -> bytes:
    data = bytearray(npz(images=IMAGES))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


NAN = np.where(IMAGES > 99, np.nan, IMAGES)
GOOD = npz(images=IMAGES)
BAD = {
    "nothing": (b"", "empty"),
    "text": (b"images,labels\n1,2\n", "not an intact .npz"),
    "a bare npy": (header((40, 5, 7)) + IMAGES.tobytes(), "not an intact .npz"),
    "cut in half": (cut(GOOD, 0.5), "not an intact .npz"),
    "one pixel altered": (altered(GOOD), "not an intact .npz"),
    "no array at all": (zipped(), "no array “images”"),
    "wrong key": (npz(pictures=IMAGES), "no array “images”"),
    "flat images": (npz(images=IMAGES.reshape(40, 35)), "(n, height, width)"),
    "colour images": (npz(images=IMAGES[..., None]), "(n, height, width)"),
    "one number": (npz(images=np.uint8(3)), "(n, height, width)"),
    "objects": (npz(images=np.array([[[{}]]], dtype=object)), "Python objects"),
    "object labels": (npz(images=IMAGES, labels=np.array([None] * 40)), "Python objects"),
    "records": (npz(images=np.zeros((40, 2, 2), dtype=[("a", "u1")])), "whole numbers"),
    "words": (npz(images=np.full((40, 2, 2), "a")), "whole numbers"),
    "complex": (npz(images=IMAGES.astype(complex)), "whole numbers"),
    "times": (npz(images=IMAGES.astype("M8[s]")), "whole numbers"),
    "no images": (npz(images=IMAGES[:0]), "is empty"),
    "no pixels": (npz(images=IMAGES[:, :0]), "is empty"),
    "fractions": (npz(images=IMAGES / 255), "8-bit"),
    "16 bits": (npz(images=IMAGES.astype(int) * 256), "8-bit"),
    "negative": (npz(images=-IMAGES.astype(int)), "8-bit"),
    "gaps": (npz(images=NAN), "8-bit"),
    "infinite": (npz(images=np.where(np.isnan(NAN), np.inf, NAN)), "8-bit"),
    "too many": (npz(True, images=np.zeros((20_001, 1, 1), np.uint8)), "At most 20,000"),
    "very many": (zipped(images=header((10**20, 1, 1))), "very many of 1 × 1"),
    "more digits than a number has": (zipped(images=header("(" + "9" * 5000 + ",)")), "damaged"),
    "too tall": (npz(images=np.zeros((40, 33, 2), np.uint8)), "32 × 32"),
    "few": (npz(images=IMAGES[:29]), "at least 30"),
    "all the same": (npz(images=np.ones((40, 4, 4), np.uint8)), "nothing to learn"),
    "labels missing": (npz(images=IMAGES, labels=LABELS[:39]), "39 values for 40 images"),
    "labels in a table": (npz(images=IMAGES, labels=LABELS[:, None]), "one number per image"),
    "labels in halves": (npz(images=IMAGES, labels=LABELS / 2), "one per image"),
    "labels as words": (npz(images=IMAGES, labels=LABELS.astype(str)), "whole numbers"),
    "many classes": (
        npz(images=np.repeat(IMAGES, 3, axis=0), labels=np.arange(120)),
        "more than 100 classes",
    ),
    "encrypted": (encrypted(), "encrypted"),
    "packed by bzip2": (zipped(zipfile.ZIP_BZIP2, images=header((40, 5, 7))), "unusual way"),
    "packed by lzma": (zipped(zipfile.ZIP_LZMA, images=header((40, 5, 7))), "unusual way"),
    "no header": (zipped(images=b"images"), "damaged"),
    "shape without end": (zipped(images=header("(40, 5")), "damaged"),
    "code for a shape": (zipped(images=header("__import__('os')")), "damaged"),
    "negative shape": (zipped(images=header((-40, 5, 7))), "damaged"),
    "more promised than there is": (zipped(images=header((40, 5, 7)) + b"1234"), "damaged"),
    "more there than promised": (zipped(images=header((40, 5, 7)) + b"1" * 9999), "damaged"),
    "too large": (b"PK" * (MAX_BYTES // 2 + 1), "larger than 50 MB"),
    "a directory without end": (b"PK\x01\x02" * (MAX_MEMBERS + 1), "too many arrays"),
}


@pytest.mark.parametrize(("data", "says"), BAD.values(), ids=BAD)
def test_bad_files_get_one_sentence(data, says):
    assert says in refusal(data)


def test_nothing_is_ever_unpickled(tmp_path):
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> object:
            return (open, (str(trap), "w"))

    poisoned = np.empty((40, 2, 2), dtype=object)
    poisoned[:] = Trap()
    refusal(npz(images=poisoned))
    refusal(npz(images=IMAGES, labels=poisoned[:, 0, 0]))
    refusal(zipped(images=pickle.dumps(Trap())))
    assert not trap.exists()


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((20_000, 32, 32), id="an allowed shape"),
        pytest.param((2**31, 1, 1), id="a shape that is not"),
    ],
)
def test_a_zip_bomb_does_not_expand(shape):
    # 400 MB of zeros in 400 kB, far more than the header says or a header may say.
    file = io.BytesIO()
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("images.npy", "w") as member:
        member.write(header(shape))
        for _ in range(400):
            member.write(bytes(1_000_000))
    tracemalloc.start()
    refusal(file.getvalue())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_a_zip_that_lies_about_its_size_does_not_expand():
    # The directory says 40 images; the packed bytes go on for 400 MB.
    honest = header((40, 5, 7)) + IMAGES.tobytes()
    data = bytearray(zipped(images=honest + bytes(100_000_000)))
    size = (len(honest) + 100_000_000).to_bytes(4, "little")
    short = len(honest).to_bytes(4, "little")
    data = bytearray(bytes(data).replace(size, short))
    tracemalloc.start()
    refusal(bytes(data))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data):
    file = bytearray(npz(True, images=IMAGES, labels=LABELS))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_image_set(bytes(file))
    except ImageSetRejected:
        return
    assert found.images.ndim == 3
