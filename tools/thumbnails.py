"""Photograph the picture of every slide of the tour for its contents: `python -m tools.thumbnails`.

Each is what a visitor sees under the slide's words, small, on white paper, in `PICTURES`.
"""

import io
import sys
from urllib.parse import urlencode

from PIL import Image, ImageOps
from playwright.sync_api import Page, sync_playwright

from gmmlab.guide.tour import SLIDES, THUMBNAIL_SIZE, Slide
from gmmlab.settings import to_query
from tests.browser.driving import goto, settle
from tools import chromium
from tools.serving import serve

# The box around all pictures that are in the window, above the controls.
PICTURES = """() => {
  const bottom = document.querySelector('.st-key-stage').getBoundingClientRect().top;
  const boxes = [...document.querySelectorAll(
    '.js-plotly-plot .main-svg, .film-pictures canvas, .gmm-frame, [data-testid=stImage] img')]
    .map(each => each.getBoundingClientRect()).filter(box => box.width > 0 && box.top < bottom);
  const x = Math.min(...boxes.map(box => box.left)), y = Math.min(...boxes.map(box => box.top));
  const right = Math.max(...boxes.map(box => box.right));
  const end = Math.min(bottom, Math.max(...boxes.map(box => box.bottom)));
  return { x, y, width: right - x, height: end - y };
}"""


def photograph(page: Page, url: str, slide: Slide, number: int) -> bytes:
    """The picture of a slide as a small WebP, whole, on white."""
    query = urlencode({**to_query(slide.scene.settings), "slide": str(number)})
    goto(page, f"{url}/{slide.page}?{query}", seconds=120)
    settle(page, seconds=120, stable=2)
    taken = Image.open(io.BytesIO(page.screenshot(clip=page.evaluate(PICTURES)))).convert("RGB")
    small = ImageOps.pad(taken, THUMBNAIL_SIZE, Image.Resampling.LANCZOS, color="white")
    held = io.BytesIO()
    small.save(held, "WEBP", quality=82, method=6)
    return held.getvalue()


def main() -> int:
    """Take the pictures."""
    executable = chromium.find_or_install()
    if executable is None:
        print("Pictures need a Chromium: install one or set CHROMIUM=/path/to/it.", file=sys.stderr)
        return 1
    with serve() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(chromium.LAUNCH_ARGS)
        )
        page = browser.new_page(viewport={"width": 1000, "height": 800}, color_scheme="light")
        for number, slide in enumerate(SLIDES, start=1):
            slide.thumbnail.parent.mkdir(exist_ok=True)
            slide.thumbnail.write_bytes(photograph(page, server.url, slide, number))
            print(slide.thumbnail.name, flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
