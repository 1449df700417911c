"""What is said of a generator matches its rates."""

from dataclasses import replace

import pytest

from gmmlab.studies.digits.classifiers import ToldApart
from gmmlab.studies.digits.evaluation import Evaluation
from gmmlab.studies.digits.verdict import verdict, warning_of

REAL = ToldApart("an SVM", 0.49, 0.49, 0.5, 0.017)
TOLD = ToldApart("trees", 0.79, 0.69, 0.24, 0.017)
CHAPTER = Evaluation(-4.2e6, 14.3, 17.1, 14.3 / 17.1, 0.06, TOLD, 594)


def test_the_chapters_generator_is_neither_called_a_copy_nor_always_seen_through():
    said = verdict(CHAPTER, REAL)
    assert "nearer to training images than real ones do" in said
    assert "14.3, against 17.1" in said
    assert "6% lie within half of that" in said
    assert "can often be told from real ones" in said
    assert "69% of them for new, and 24% of the real ones" in said
    assert "cop" not in said
    assert "nearly" not in said


@pytest.mark.parametrize(
    ("auc", "caught", "alarms", "words"),
    [
        (0.51, 0.52, 0.5, "cannot be told"),
        (0.56, 0.54, 0.46, "can hardly be told"),
        (0.64, 0.57, 0.36, "can sometimes be told"),
        (0.9, 0.8, 0.18, "can mostly be told"),
        (0.99, 0.97, 0.03, "can nearly always be told"),
    ],
)
def test_words_follow_the_rates(auc, caught, alarms, words):
    judged = replace(CHAPTER, told=ToldApart("trees", auc, caught, alarms, 0.017))
    assert words in verdict(judged, REAL)


@pytest.mark.parametrize(
    ("distance", "close", "words"),
    [
        (1.0, 0.97, "97% are next to copies"),
        (16.9, 0.001, "hardly any lies within half"),
        (25.0, 0.0, "stray farther"),
    ],
)
def test_copies_are_called_so_where_most_are_near(distance, close, words):
    judged = replace(CHAPTER, distance=distance, copying=distance / 17.1, close=close)
    assert words in verdict(judged, REAL)


def test_few_images_are_warned_of_with_what_chance_may_do():
    few = replace(CHAPTER, n_judged=10, told=replace(TOLD, noise=0.132))
    assert "Only 10 images were held out" in warning_of(few)
    assert "0.26 higher or lower" in warning_of(few)
    assert warning_of(CHAPTER) == ""
    # What may be chance is not called seen.
    assert "cannot be told" in verdict(replace(few, told=replace(few.told, auc=0.7)), REAL)
