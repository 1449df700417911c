"""New digits from PCA and a mixture: the chapter's generator, a better one, and a judge."""

import streamlit as st

from gmmlab.guide.scenes import DIGIT_SCENES
from gmmlab.studies.digits.page import DigitsSettings
from gmmlab.ui.inputs.image_sets import image_set_bench, images_of
from gmmlab.ui.parts import digit_steps
from gmmlab.ui.parts.takeaway import pictures as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import linger
from gmmlab.ui.shell.scenes import scenes

address = Address("digits", DigitsSettings)
settings = image_set_bench(address)

st.title("New digits")
scenes(
    address,
    DIGIT_SCENES,
    "New images with settings of your own: 4 and 5 are ready-made ones.",
)
images = images_of(settings)
found = {
    "corpus": digit_steps.corpus,
    "pca": digit_steps.pca,
    "sweep": digit_steps.how_many,
    "generate": digit_steps.generate,
    "judge": digit_steps.judged,
}[settings.view.step](address, images, settings)
takeaway.from_digits(settings, images)
if found is not None:
    linger(found)
