"""The Recolour page without a browser: palettes, play, files, and photos good and hostile."""

import io

import numpy as np
import pytest
from PIL import Image

from gmmlab.data.pictures.swatches import FORMATS
from gmmlab.settings import from_query, to_query
from gmmlab.studies.recolour import page, study
from gmmlab.studies.recolour.looks import LOOKS
from gmmlab.studies.recolour.photo import Photo
from gmmlab.studies.recolour.play import Play
from gmmlab.ui.chart.packing import unpacked
from gmmlab.ui.parts import palette as parts
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


def did(app, finder: str, act: str, found: str, code: str):
    """What the swatches of a palette say when a visitor does something to a colour."""
    changed = page.RecolorSettings
    settings, notices = from_query(changed, query_of(app))
    assert not notices
    settings = parts._ACTS[act](settings, finder, found.removeprefix("#"), code.removeprefix("#"))
    return opened_page("recolour", **to_query(settings))


def swatches(app, place: int = 0) -> list[dict]:
    return mounted(app, "swatches")[place]["swatches"]


def test_looks_are_pictures_of_the_photo_and_one_of_them_is_shown():
    app = opened_page("recolour", n_colors="16", picture="flower")
    while not mounted(app, "looks")[0]["looks"][0].get("image") is not None:
        checked(app.run())
    content = mounted(app, "looks")[0]
    assert content["chosen"] == "plain"
    assert [each["title"] for each in content["looks"]] == [look.title for look in LOOKS.values()]
    for each in content["looks"]:
        assert max(Image.open(io.BytesIO(each["image"].tobytes())).size) <= 160
    assert mounted(opened_page("recolour", n_colors="5"), "looks")[0]["chosen"] == ""


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_is_one_link(look):
    settings = page.with_look(page.RecolorSettings(), look)
    app = opened_page("recolour", **to_query(settings))
    assert not sentences(app)
    assert query_of(app) == to_query(settings)
    assert mounted(app, "looks")[0]["chosen"] == page.look_of(settings)
    if not look.soft:
        assert len(colors(after(app))) <= look.n_colors


def test_a_changed_colour_is_painted_and_in_the_link():
    app = opened_page("recolour", n_colors="4")
    first = swatches(app)[0]["found"]
    app = did(app, "kmeans", "change", first, "#ff0000")
    assert (255, 0, 0) in colors(after(app))
    assert [each["changed"] for each in swatches(app)].count(True) == 1
    app = did(app, "kmeans", "change", swatches(app)[1]["found"], "#00ff00")
    assert {(255, 0, 0), (0, 255, 0)} < colors(after(app))
    take_back = next(b for b in app.button if "Take back" in b.label)
    checked(take_back.click().run())
    assert not {(255, 0, 0), (0, 255, 0)} & colors(after(app))


def test_of_two_models_a_change_is_one_palettes():
    app = opened_page("recolour", n_colors="4", model="both")
    before = [{each["code"] for each in swatches(app, place)} for place in (0, 1)]
    app = did(app, "gmm", "change", swatches(app, 1)[0]["found"], "#ff0000")
    assert {each["code"] for each in swatches(app, 0)} == before[0]
    assert "#ff0000" in {each["code"] for each in swatches(app, 1)}
    assert (255, 0, 0) not in colors(after(app, 0))


def test_another_k_keeps_a_change_or_says_that_it_rests():
    app = opened_page("recolour", n_colors="16", picture="flower")
    rare = min(swatches(app), key=lambda each: float(each["share"].rstrip("%")))["found"]
    app = did(app, "kmeans", "change", rare, "#00ffff")
    code = query_of(app)["edits"]
    checked(widget(app, "Colours K").set_value(15).run())
    assert query_of(app)["edits"] == code
    kept = any(each["code"] == "#00ffff" for each in swatches(app))
    assert kept or any("rest" in each.value for each in app.caption)
    checked(widget(app, "Colours K").set_value(2).run())
    assert query_of(app)["edits"] == code
    assert (0, 255, 255) not in colors(after(app))
    assert any("1 of your changes rests" in each.value for each in app.caption)
    checked(widget(app, "Colours K").set_value(16).run())
    assert (0, 255, 255) in colors(after(app))


def test_another_photo_takes_changes_back_and_says_so():
    app = opened_page("recolour", n_colors="4")
    app = did(app, "kmeans", "change", swatches(app)[0]["found"], "#ff0000")
    checked(widget(app, "Picture").set_value("flower").run())
    assert "edits" not in query_of(app)
    assert "those of the photo before" in sentences(app)[0]


def test_colours_are_merged_pinned_and_added():
    app = opened_page("recolour", n_colors="5")
    one, other = (each["found"] for each in swatches(app)[:2])
    app = did(app, "kmeans", "merge", one, other)
    assert len(swatches(app)) == len(colors(after(app))) == 4
    share = sum(float(each["share"].rstrip("%")) for each in swatches(app))
    assert share == pytest.approx(100, abs=0.3)
    app = did(app, "kmeans", "add", "#000000", "#FF0000".lower())
    assert query_of(app)["n_colors"] == "6"
    assert [each["code"] for each in swatches(app) if each["pinned"]] == ["#ff0000"]
    checked(widget(app, "Colours K").set_value(9).run())
    assert "#ff0000" in {each["code"] for each in swatches(app)}
    app = did(app, "kmeans", "unpin", "#ff0000", "#ff0000")
    assert "#ff0000" not in {each["code"] for each in swatches(app)}


def palette_file(name: str, palette) -> tuple[str, bytes]:
    form = FORMATS[name]
    return f"mine{form.suffix}", form.write(np.array(palette, dtype=np.uint8), "mine")


@pytest.mark.parametrize("name", FORMATS)
def test_a_palette_file_is_painted_with(name):
    mine = [(0, 0, 0), (255, 255, 255), (200, 30, 30), (200, 30, 30), (20, 60, 160)]
    app = opened_page("recolour", borrow="file")
    assert "Upload a palette" in sentences(app)[0]
    checked(app.file_uploader[1].upload(*palette_file(name, mine)).run())
    assert colors(after(app)) <= set(mine)
    assert len(swatches(app)) == 4
    labels = {each.label for kind in (app.selectbox, app.number_input) for each in kind}
    assert not labels & {"Colours K", "Model", "Seed"}  # these would change nothing
    again = opened_page("recolour", **query_of(app))
    assert colors(after(again)) == colors(after(app))
    for bad in (b"", b"hello", b"\xff\xfe", FORMATS[name].write(np.zeros((0, 3), np.uint8), "")):
        checked(app.file_uploader[1].upload(f"bad{FORMATS[name].suffix}", bad).run())
        assert app.error[0].value.endswith("The colours are as before.")
        assert colors(after(app)) <= set(mine)


def test_a_palette_of_too_many_colours_is_refused_in_a_sentence():
    many = [(i, j, 0) for i in range(17) for j in range(17)]
    app = opened_page("recolour", borrow="file")
    checked(app.file_uploader[1].upload(*palette_file("gpl", many)).run())
    assert "289 colours and at most 256" in app.error[0].value


def test_a_second_photo_lends_its_palette():
    app = opened_page("recolour", n_colors="4", borrow="second")
    assert "Other photo" in sentences(app)[0]
    stripes = Image.new("RGB", (40, 40))
    for place, color in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]):
        stripes.paste(color, (0, 10 * place, 40, 10 * place + 10))
    file = io.BytesIO()
    stripes.save(file, "PNG")
    checked(app.file_uploader[1].upload("stripes.png", file.getvalue()).run())
    assert colors(after(app)) == colors(stripes)
    assert query_of(app).get("picture") is None  # the photo painted is still the first
    elsewhere = opened_page("recolour", **query_of(app))
    assert "Other photo" in sentences(elsewhere)[0]


def test_only_what_acts_is_shown():
    def labels(**query):
        app = opened_page("recolour", n_colors="4", **query)
        kinds = (app.selectbox, app.checkbox, app.slider, app.number_input)
        return {each.label for kind in kinds for each in kind}

    plain, mixture = labels(), labels(model="gmm")
    assert not {"Covariance", "Soft (GMM)", "Dither strength (%)"} & plain
    assert {"Covariance", "Soft (GMM)"} <= mixture
    dithered = labels(model="gmm", dither="grain")
    assert "Dither strength (%)" in dithered
    assert "Soft (GMM)" not in dithered


def test_what_is_told_of_a_picture_is_what_is_shown():
    app = opened_page("recolour", n_colors="8", model="gmm", soft="1")
    name = mounted(app, "after")[0]["names"][1]
    many = len(colors(after(app)))
    assert many > 1000
    assert name == f"GMM, {many:,} colours, mixed of 8"
    said = " ".join(each.value for each in app.caption)
    assert "4,000 of the 96,615 distinct colours" in said
    counted = opened_page("recolour", n_colors="2", panel="counts", dither="dots", tones="ink")
    assert "are not in these curves" in " ".join(each.value for each in counted.caption)
    for each in (app, counted):
        helps = " ".join(metric.help for metric in each.metric)
        assert "eyes see no loss" not in helps


def test_the_books_factor_stands_beside_what_is_measured():
    app = opened_page("recolour")
    while not any("How much smaller" in each.value for each in app.caption):
        checked(app.run())
    said = next(each.value for each in app.caption if "How much smaller" in each.value)
    assert "a factor of 1,048,576;" in said
    assert "24 bits become 4, a factor of 6.0" in said
    measured = float(said.rsplit("a factor of ", 1)[1].strip(".*"))
    assert 2 < measured < 20
    saved = next(metric for metric in app.metric if metric.label == "Result, PNG")
    assert saved.delta.endswith(" %")
    assert saved.delta.startswith("-")


def test_files_have_names_of_their_own_and_the_order_on_screen(monkeypatch):
    made = []

    def button(label, data, file_name, **options):
        made.append((label, file_name, data))

    monkeypatch.setattr("streamlit.download_button", button)
    app = opened_page("recolour", n_colors="4", model="both", order="lightness")
    names = [name for _, name, _ in made]
    assert len(set(names)) == 2 * (3 + len(FORMATS))  # of each palette: PNG, WebP, a slide
    assert "Temple in China k-means 4 colours.png" in names
    data = next(data for _, name, data in reversed(made) if name.endswith("k-means 4 colours.json"))
    written = [f"#{bytes(color).hex()}" for color in FORMATS["json"].read(data())]
    assert written == [each["code"] for each in swatches(app)]


@pytest.mark.parametrize(
    "edits", ["x", "0", "kc-ff00", "kc-gg0000-ffffff", "0-ff0000", "kc-ff0000-00ff00__"]
)
def test_garbled_edits_fall_back_with_a_notice(edits):
    app = opened_page("recolour", edits=edits)
    assert "Changed colours is empty instead" in sentences(app)[0]


@pytest.mark.parametrize("model", ["kmeans", "gmm", "both"])
@pytest.mark.parametrize("panel", ["space", "counts"])
def test_every_model_with_every_panel(model, panel, monkeypatch):
    # Not fifteen palettes for each model: what is tested is their place on the page.
    monkeypatch.setattr(parts, "COUNTS", parts.COUNTS[:3])
    app = opened_page("recolour", model=model, panel=panel, n_colors="5", soft="1")
    assert len(mounted(app, "after")) == 1 + (model == "both")


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
    for query in ({}, {"covariance_type": "diag"}, {"soft": "1"}):
        opened_page("recolour", n_colors="4", **query)
    assert computed.count("recolour.study.palette") == 1
    assert computed.count("recolour.study.shown") == 1
