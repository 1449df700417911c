"""What a question is known by, and answers that are kept within bounds."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from gmmlab.compute.questions import Answers, Question, costs, digest_of, known_by, size_of
from gmmlab.data.points.datasets import Dataset, load
from gmmlab.studies.clusters.page import ClustersSettings
from tests.compute import tasks


@dataclass(frozen=True)
class Asked:
    n: int = 3
    about: object = None


def test_a_question_is_known_by_function_and_every_value():
    key = Question(tasks.doubled, (Asked(),)).key
    assert key.startswith("tests.compute.tasks.doubled(")
    assert Question(tasks.doubled, (Asked(),)).key == key
    for other in (Asked(n=4), Asked(about=1.5), Asked(about=Asked())):
        assert Question(tasks.doubled, (other,)).key != key
    assert Question(tasks.whereabouts, (Asked(),)).key != key


def test_settings_are_known_by_all_their_parts():
    settings = ClustersSettings()
    other = replace(settings, model=replace(settings.model, seed=1))
    assert known_by(settings) == known_by(ClustersSettings())
    assert known_by(settings) != known_by(other)
    assert known_by(1) != known_by(1.0) != known_by("1.0")
    assert known_by(True) != known_by(1)


def test_data_are_known_by_their_content_and_never_by_their_name():
    first = load("blobs")
    assert known_by(first) == known_by(load("blobs"))
    X = first.X.copy()
    X[0, 0] += 1e-9
    assert known_by(Dataset(X, first.y, first.name)) != known_by(first)
    assert known_by(Dataset(first.X, None, first.name)) != known_by(first)
    assert known_by(Dataset(first.X, first.y, first.name, ("a", "b"))) != known_by(first)


def test_arrays_are_known_by_every_number_shape_and_type():
    X = np.arange(10_000.0)
    Y = X.copy()
    Y[5_000] += 1  # numpy's repr would not show it
    texts = [known_by(each) for each in (X, Y, X.reshape(100, 100), X.astype(np.float32))]
    assert len(set(texts)) == 4
    assert digest_of(X) == digest_of(X[::1])
    assert digest_of(X[::2]) == digest_of(X[::2].copy())


def test_what_cannot_be_known_is_no_question():
    with pytest.raises(TypeError, match="object"):
        known_by(object())
    with pytest.raises(TypeError):
        known_by(Asked(about={1, 2}))


def test_a_function_says_what_it_costs():
    @costs(lambda n: n / 10)
    def costly(n):
        return n

    assert Question(costly, (5,)).seconds == 0.5
    assert Question(tasks.doubled, (5,)).seconds == 0


def test_answers_are_bounded_in_number_and_forget_the_one_unused_for_longest():
    kept = Answers(most=2, most_bytes=1 << 20)
    for key in "ab":
        kept.put(key, key.upper())
    assert kept.get("a") == "A"
    kept.put("c", "C")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")
    assert len(kept) == 2


def test_answers_are_bounded_in_bytes():
    kept = Answers(most=100, most_bytes=1_000_000)
    for key in range(20):
        kept.put(key, np.zeros(25_000))
        assert kept.n_bytes <= 1_000_000
    assert len(kept) == 5
    kept.put("large", np.zeros(1_000_000))  # one answer is kept, however large
    assert kept.get("large") is not None
    assert len(kept) == 1
    kept.clear()
    assert kept.n_bytes == 0


def test_answers_grow_old():
    kept = Answers(most=5, most_bytes=1000, seconds=-1.0)
    kept.put("a", 1)
    assert kept.get("a", "gone") == "gone"


def test_sizes_count_what_is_held_once():
    X = np.zeros(1000)
    assert size_of(X) == 8000
    assert size_of((X, X)) < 8100
    assert size_of(X[:10]) == 8000  # a view keeps the whole
    assert size_of(Asked(about=X)) >= 8000
    assert size_of(b"x" * 500) >= 500
