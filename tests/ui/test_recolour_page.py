"""The Recolour page without a browser: palettes, play, files, and photos good and hostile."""

import io

import numpy as np
import pytest
from PIL import Image

from gmmlab.guide.scenes import RECOLOR_SCENES
from gmmlab.settings import from_query, to_query
from gmmlab.studies.recolour import page, study
from gmmlab.studies.recolour.palettes import Play
from gmmlab.studies.recolour.photo import Photo
from gmmlab.ui.chart.packing import unpacked
from gmmlab.ui.parts import painting
from tests.ui.driving import checked, opened_page, query_of, sentences, widget


def mounted(app, part: str) -> list[dict]:
    """What the components of the page were given that have `part`."""
    contents = [unpacked(each.proto.bytes) for each in app.get("bidi_component")]
    return [content for content in contents if part in content]


def after(app, place: int = 0) -> Image.Image:
    return Image.open(io.BytesIO(mounted(app, "after")[place]["after"].tobytes())).convert("RGB")


def colors(image: Image.Image) -> set[tuple[int, int, int]]:
    return {color for _, color in image.getcolors(1 << 24)}


def test_it_opens_with_the_chapters_picture_in_16_colours():
    app = opened_page("recolour")
    shown = colors(after(app))
    listed = mounted(app, "swatches")[0]["swatches"]
    assert len(shown) == len(listed) == 16
    assert {f"#{bytes(color).hex()}" for color in shown} == {each["code"] for each in listed}
    shares = [float(each["share"].rstrip("%")) for each in listed]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=1)
    told = {metric.label: metric.value for metric in app.metric}
    assert told["Original (JPEG)"] == "196.7 kB"
    assert told["Result, PNG"].endswith("kB")


@pytest.mark.parametrize("scene", RECOLOR_SCENES, ids=lambda scene: scene.figure)
def test_a_look_is_one_click_and_one_link(scene):
    app = opened_page("recolour", n_colors="5")
    checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())
    query = query_of(app)
    assert query == to_query(scene.settings)
    assert from_query(page.RecolorSettings, query) == (scene.settings, ())


def test_a_look_keeps_the_picture():
    app = opened_page("recolour", picture="flower", n_colors="5")
    for scene in RECOLOR_SCENES[1:3]:
        checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())
        assert query_of(app) == {"picture": "flower"} | to_query(scene.settings)


def test_a_changed_colour_is_painted_and_in_the_link():
    app = opened_page("recolour", n_colors="4", edits="0-ff0000_2-00ff00")
    shown = colors(after(app))
    assert {(255, 0, 0), (0, 255, 0)} < shown
    assert len(shown) == 4
    changed = [each["place"] for each in mounted(app, "swatches")[0]["swatches"] if each["changed"]]
    assert sorted(changed) == [0, 2]
    take_back = next(b for b in app.button if "Take back" in b.label)
    checked(take_back.click().run())
    assert not {(255, 0, 0), (0, 255, 0)} & colors(after(app))


@pytest.mark.parametrize(
    "edits", ["x", "0", "0-ff00", "0-gg0000", "999-ff0000", "0-ff0000__", "-1-ff0000"]
)
def test_garbled_edits_fall_back_with_a_notice(edits):
    app = opened_page("recolour", edits=edits)
    assert "Changed colours is empty instead" in sentences(app)[0]


def test_edited_codes_keep_the_newest_change():
    code = page.edited(page.edited("", 3, "#FF0000"), 7, "#00ff00")
    assert page.edits_of(code) == {3: "ff0000", 7: "00ff00"}
    assert page.edits_of(page.edited(code, 3, "#0000ff"))[3] == "0000ff"
    for place in range(60):
        code = page.edited(code, place, "#123456")
    assert 59 in page.edits_of(code)
    assert len(code) <= 12 * 40


@pytest.mark.parametrize("model", ["kmeans", "gmm", "both"])
@pytest.mark.parametrize("panel", ["space", "counts", "files"])
def test_every_model_with_every_panel(model, panel, monkeypatch):
    # Not fifteen palettes for each model: what is tested is their place on the page.
    monkeypatch.setattr(painting, "COUNTS", painting.COUNTS[:3])
    app = opened_page("recolour", model=model, panel=panel, n_colors="5", soft="1", dither="1")
    assert len(mounted(app, "after")) == 1 + (model == "both")


def test_changed_colours_go_with_their_palette():
    app = opened_page("recolour", n_colors="4", edits="0-ff0000")
    assert (255, 0, 0) in colors(after(app))
    checked(widget(app, "Colours K").set_value(5).run())
    assert "edits" not in query_of(app)
    assert (255, 0, 0) not in colors(after(app))


def test_rounded_transparency_is_said():
    file = io.BytesIO()
    values = np.random.default_rng(0).integers(0, 256, (64, 64, 4), dtype=np.uint8)
    values[..., 3] = np.arange(64) * 4
    Image.fromarray(values, "RGBA").save(file, "PNG")
    app = opened_page("recolour", n_colors="200")
    checked(app.file_uploader[0].upload("alpha.png", file.getvalue()).run())
    assert any("Transparency is rounded" in note for note in sentences(app))


def test_a_borrowed_palette_has_the_lenders_colours():
    own = opened_page("recolour", picture="flower", n_colors="6")
    lent = {each["code"] for each in mounted(own, "swatches")[0]["swatches"]}
    app = opened_page("recolour", n_colors="6", borrow="flower")
    assert {each["code"] for each in mounted(app, "swatches")[0]["swatches"]} == lent
    missing = opened_page("recolour", borrow="own")
    assert "no photo of yours" in " ".join(sentences(missing))


def png(size=(40, 30), color=(10, 200, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def test_a_photo_is_shown_a_broken_one_refused_and_the_next_works():
    app = opened_page("recolour")
    checked(app.file_uploader[0].upload("green.png", png()).run())
    assert query_of(app)["picture"] == "own"
    assert colors(after(app)) == {(10, 200, 30)}
    assert any("has only 1 colour" in each.value for each in app.info)
    for data in (b"", b"GIF89a", b"%!PS-Adobe", b"hello", png()[:60]):
        checked(app.file_uploader[0].upload("bad.png", data).run())
        assert app.error[0].value.endswith("The picture shown is the one before.")
        assert colors(after(app)) == {(10, 200, 30)}
    checked(app.file_uploader[0].upload("red.png", png(color=(255, 0, 0))).run())
    assert not app.error
    assert colors(after(app)) == {(255, 0, 0)}


def test_a_link_to_somebody_elses_photo_says_so():
    app = opened_page("recolour", picture="own", digest="0123456789abcdef", n_colors="7")
    assert "not in this session" in sentences(app)[0]
    assert widget(app, "Colours K").value == 7


def test_a_slide_shows_both_pictures_and_the_palette():
    photo = Photo("x", png())
    model = study.palette(photo, page.PaletteSettings(n_colors=2))
    data = study.slide_file(photo, model, Play(), "words")
    slide = np.asarray(Image.open(io.BytesIO(data)))
    assert slide.shape == (1080, 1920, 3)
    for x, y in ((490, 430), (1430, 430), (960, 920)):  # left, right, strip
        assert tuple(slide[y, x]) == (10, 200, 30)


def test_what_is_the_mixtures_alone_finds_no_palette_of_k_means_again(computed):
    app = opened_page("recolour", n_colors="4")
    checked(widget(app, "Covariance").set_value("diag").run())
    checked(widget(app, "Soft (GMM)").set_value(True).run())
    assert computed.count("recolour.study.palette") == 1
    assert computed.count("recolour.study.shown") == 1
