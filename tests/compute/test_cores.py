"""One limit on BLAS for all threads of a process, and threads that share work out."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from gmmlab.compute import cores
from gmmlab.compute.cores import n_cores, one_blas_thread
from gmmlab.compute.threads import Here, alone, side_by_side, threads_for
from gmmlab.engine.em import fit
from gmmlab.engine.step.chunks import Chunk
from tests.compute.watching import PATIENCE


def blas_threads():
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


@pytest.fixture
def several():
    """How many threads BLAS has here: two, if it takes them, given by the thread that limits it."""

    def given(n):
        return cores._controller().limit(limits=n, user_api="blas")

    before = cores._LIMIT._thread.submit(given, 2).result()
    if (found := blas_threads()) == {1}:
        pytest.skip("BLAS has one thread here whatever is asked")
    yield found
    cores._LIMIT._thread.submit(before.restore_original_limits).result()


def test_holders_that_overlap_leave_blas_as_it_was(several):
    first_is_in, second_is_in, first_is_out = Event(), Event(), Event()

    def first():
        with one_blas_thread():
            first_is_in.set()
            assert second_is_in.wait(PATIENCE)
        first_is_out.set()

    def second():
        assert first_is_in.wait(PATIENCE)
        with one_blas_thread():
            second_is_in.set()
            assert first_is_out.wait(PATIENCE)
            return blas_threads()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        assert pool.submit(second).result() == {1}
    assert blas_threads() == several


def test_fits_that_overlap_leave_blas_as_it_was(several):
    X = np.random.default_rng(0).normal(size=(50_000, 2))
    together = Barrier(3)

    def work(seed):
        together.wait()
        return fit(X, 3, seed=seed, max_iter=5).objective

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(work, [0, 0, 0]))
    assert np.ptp(found) < 1e-9
    assert blas_threads() == several


def test_what_is_one_of_many_takes_no_threads():
    with alone(), threads_for(100) as executor:
        assert isinstance(executor, Here)
    with threads_for(1) as executor:
        assert isinstance(executor, Here)
    nested = side_by_side(lambda n: list(side_by_side(lambda i: i + n, range(3))), range(4))
    assert list(nested) == [[n, n + 1, n + 2] for n in range(4)]


def test_a_fit_gives_its_work_to_the_executor_it_is_given():
    class Counting:
        calls = 0

        def map(self, function, items, /):
            self.calls += 1
            return map(function, items)

    X = np.random.default_rng(0).normal(size=(100, 2))
    executor = Counting()
    found = fit(X, 2, executor=executor)
    assert executor.calls >= found.n_iter
    np.testing.assert_array_equal(found.mixture.means, fit(X, 2).mixture.means)


def test_chunks_travel_without_what_can_be_made_anew():
    chunk = Chunk.of(np.random.default_rng(0).normal(size=(1000, 5)))
    size = len(pickle.dumps(chunk))
    assert chunk.features("products").nbytes > 3 * chunk.points.nbytes
    assert chunk.total == 1000
    assert len(pickle.dumps(chunk)) == size < chunk.points.nbytes + 1000
    again = pickle.loads(pickle.dumps(chunk))
    np.testing.assert_array_equal(again.features("products"), chunk.features("products"))


def test_cores_are_those_that_this_process_may_use():
    assert n_cores() >= 1
