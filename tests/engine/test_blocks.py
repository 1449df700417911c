"""Data in blocks: the fit is that of one process, wherever blocks lie and whatever gets lost."""

import os
import signal
import subprocess
import sys

import dask
import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from distributed import Client

import gmmlab
from gmmlab.compute.cluster import ADDRESS, ClusterIsAway, client_of
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.frame import Extent, Frame
from tools.cluster import running
from tools.serving import ROOT

SAME = 1e-10
CHUNKS = [(500, 3), ((1, 2000, 99), 3), ((0, 1, 1, 2098), 3), (300, 1), (2100, 3)]


def clouds(n=700, seed=1):
    rng = np.random.default_rng(seed)
    X = np.concatenate([rng.normal(mean, s, (n, 3)) for mean, s in [(0, 1.0), (4, 0.5), (-3, 2.0)]])
    rng.shuffle(X)
    return X


X = clouds()
WEIGHTS = np.random.default_rng(2).integers(0, 4, len(X)).astype(float)


def lazy(X, chunks=(500, 3)):
    return da.from_array(X, chunks=chunks)


def same(found, expected):
    assert found.reason == expected.reason
    assert found.notes == expected.notes
    assert found.total_weight == pytest.approx(expected.total_weight, rel=SAME)
    np.testing.assert_allclose(found.history, expected.history, rtol=SAME)
    for name in ("weights", "means", "covariances"):
        ours, theirs = (getattr(each.mixture, name) for each in (found, expected))
        np.testing.assert_allclose(ours, theirs, rtol=SAME, atol=SAME * np.abs(theirs).max())


@pytest.fixture(scope="module")
def cluster():
    with running(2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def client(cluster):
    return client_of(cluster.scheduler_address)


@pytest.mark.parametrize("chunks", CHUNKS, ids=str)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("kind", COVARIANCE_TYPES)
def test_the_fit_is_that_of_one_process(kind, weights, chunks):
    expected = fit(X, 3, kind, sample_weight=weights)
    same(gmmlab.fit_dask(lazy(X, chunks), 3, kind, sample_weight=weights), expected)


@pytest.mark.parametrize("kind", COVARIANCE_TYPES)
def test_on_a_cluster_too(kind, client):
    expected = fit(X, 3, kind, sample_weight=WEIGHTS)
    same(
        gmmlab.fit_dask(lazy(X), 3, kind, sample_weight=lazy(WEIGHTS, 400), client=client), expected
    )


@pytest.mark.parametrize(
    "options",
    [
        {"init": "search"},
        {"init": "random", "n_init": 3, "seed": 4},
        {"init": X[:3]},
        {"reg_covar": 1e-3, "tol": 0, "max_iter": 7},
        {"init": "k-means++", "floor": 0.0},
    ],
    ids=str,
)
def test_the_options_are_those_of_one_process(options):
    same(gmmlab.fit_dask(lazy(X), 3, **options), fit(X, 3, **options))


@pytest.mark.parametrize("scale", [1e-200, 1e6, 1e150])
@pytest.mark.parametrize("offset", [0.0, 1e5])
def test_the_data_may_have_any_scale_and_place(scale, offset):
    moved = (X + offset) * scale
    expected = fit(moved, 3)
    found = gmmlab.fit_dask(lazy(moved, ((1, 99, 2000), 3)), 3)
    # What a number so far from the origin tells of the distances between them has fewer digits.
    digits = 1e-14 * offset
    np.testing.assert_allclose(found.framed.means, expected.framed.means, atol=1e-10 + digits)
    np.testing.assert_allclose(found.history, expected.history, rtol=1e-10 + digits)


def test_more_rows_than_a_start_needs_are_sampled_alike(client):
    many = clouds(60_000)
    expected = fit(many, 3, max_iter=3)
    same(gmmlab.fit_dask(lazy(many, (50_001, 3)), 3, max_iter=3, client=client), expected)


def test_whole_numbers_and_single_precision_are_taken():
    few = np.round(X * 10).astype(np.int16)
    same(gmmlab.fit_dask(lazy(few), 3), fit(few, 3))
    single = X.astype(np.float32)
    same(gmmlab.fit_dask(lazy(single), 3), fit(single, 3))


def test_equal_rows_are_remarked_upon():
    doubled = np.repeat([[0.0, 1.0], [2.0, 2.0]], 40, axis=0)
    found, expected = gmmlab.fit_dask(lazy(doubled, (30, 2)), 3), fit(doubled, 3)
    assert found.notes == expected.notes
    assert "2 distinct points" in found.notes[0]
    # Components that are all ridge cost digits, how many depends on what a chunk holds.
    np.testing.assert_allclose(found.history, expected.history, rtol=1e-8)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["here", "cluster"])
def test_a_gap_in_one_chunk_is_refused(bad, where, request):
    client = request.getfixturevalue("client") if where == "cluster" else None
    broken = X.copy()
    broken[1999, 1] = bad
    with pytest.raises(ValueError, match=r"^The data contain NaN or infinity; remove or fill"):
        gmmlab.fit_dask(lazy(broken), 3, client=client)


@pytest.mark.parametrize(
    ("array", "options", "words"),
    [
        (lazy(X)[:, 0], {}, "must be a table of n rows and d columns; got 1 dim"),
        (lazy(X)[:0], {}, "The data are empty: 0 rows, 3 columns"),
        (lazy(X)[lazy(X)[:, 0] > 99], {}, "The data are empty: 0 rows, 3 columns"),
        (lazy(X)[:2], {}, "3 components need as many points; there are 2"),
        (lazy(X), {"sample_weight": WEIGHTS[:9]}, r"one value per row \(2100\); got \(9,\)"),
        (lazy(X), {"sample_weight": lazy(WEIGHTS - 1, 500)}, "finite, not negative"),
        (lazy(X), {"sample_weight": 0 * WEIGHTS}, "not all zero"),
        (lazy(X), {"sample_weight": 5e307 * WEIGHTS}, "too large or too small"),
        (lazy(X)[lazy(X)[:, 0] > 0], {"sample_weight": WEIGHTS}, "unknown lengths"),
        (lazy(X), {"init": "middle"}, "init must be one of kmeans"),
        (lazy(X), {"n_init": 0}, "n_init must be a whole number"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_a_sentence(array, options, words):
    with pytest.raises(ValueError, match=words) as refused:
        gmmlab.fit_dask(array, 3, **options)
    assert "\n" not in str(refused.value)


# Dask's own words to pandas, about Parquet.
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_every_reader_of_dask_gives_the_same(tmp_path):
    frame = pd.DataFrame(X, columns=list("abc"))
    np.save(tmp_path / "x.npy", X)
    da.to_npy_stack(tmp_path / "stack", lazy(X))
    lazy(X).to_zarr(str(tmp_path / "x.zarr"))
    dd.from_pandas(frame, npartitions=3).to_parquet(tmp_path / "x.parquet", write_index=False)
    frame.to_csv(tmp_path / "x.csv", index=False)
    expected = fit(X, 3)
    for given in (
        np.load(tmp_path / "x.npy", mmap_mode="r"),
        da.from_npy_stack(tmp_path / "stack"),
        da.from_zarr(str(tmp_path / "x.zarr")),
        dd.read_parquet(tmp_path / "x.parquet"),
        dd.read_csv(tmp_path / "x.csv", blocksize=30_000),
    ):
        same(gmmlab.fit_dask(given, 3), expected)


def test_a_file_is_read_where_its_rows_are_needed(tmp_path, monkeypatch):
    monkeypatch.setattr("gmmlab.engine.lazy._BLOCK_BYTES", 24 * 500)
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "columns.npy", np.asfortranarray(X))
    for name in ("x.npy", "columns.npy"):
        mapped = np.load(tmp_path / name, mmap_mode="r")
        same(gmmlab.fit_dask(mapped, 3), fit(X, 3))
        same(gmmlab.fit_dask(mapped[7:], 3), fit(X[7:], 3))


def test_a_worker_killed_in_the_middle_changes_nothing(cluster, client):
    many = clouds(20_000)
    pids = list(client.run(os.getpid).values())
    seen = []

    def watch(start, iteration, objective):
        seen.append(iteration)
        if iteration == 2:
            os.kill(pids[0], signal.SIGKILL)

    options = {"tol": 0.0, "max_iter": 5}
    found = gmmlab.fit_dask(lazy(many, (10_000, 3)), 3, client=client, watch=watch, **options)
    same(found, fit(many, 3, **options))
    assert seen == [0, 1, 2, 3, 4, 5]
    client.wait_for_workers(2)
    assert pids[0] not in client.run(os.getpid).values()


def test_what_lies_on_the_cluster_already_is_taken_from_there(client):
    there = client.persist(lazy(X))
    same(gmmlab.fit_dask(there, 3, client=client), fit(X, 3))
    same(gmmlab.fit_dask(there * 2, 3, client=client), fit(X * 2, 3))


def test_data_larger_than_the_workers_are_read_each_time(client, monkeypatch):
    monkeypatch.setattr("gmmlab.engine.blocks._KEPT", 0.0)
    kept = []
    monkeypatch.setattr(client, "persist", kept.append)
    same(gmmlab.fit_dask(lazy(X), 3, client=client), fit(X, 3))
    assert kept == []


def test_the_client_is_found_by_its_scheduler(cluster, client, monkeypatch):
    assert client_of(cluster.scheduler_address) is client
    monkeypatch.setenv(ADDRESS, cluster.scheduler_address)
    # Threads of this process cannot make this array.
    there = da.from_delayed(dask.delayed(_elsewhere)(os.getpid()), X.shape, X.dtype)
    assert gmmlab.GaussianMixture(3, random_state=0).fit(there).converged_
    same(gmmlab.fit_dask(there, 3, client=cluster.scheduler_address), fit(X, 3))


def _elsewhere(pid):
    assert os.getpid() != pid
    return X


def test_the_users_own_client_is_taken(cluster):
    with Client(cluster.scheduler_address):
        there = da.from_delayed(dask.delayed(_elsewhere)(os.getpid()), X.shape, X.dtype)
        same(gmmlab.fit_dask(there, 3), fit(X, 3))


def test_a_scheduler_that_is_not_there_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr("gmmlab.compute.cluster._PATIENCE", 0.3)
    with pytest.raises(
        ClusterIsAway, match=r"^No scheduler of Dask answers at tcp://127.0.0.1:9.$"
    ):
        gmmlab.fit_dask(lazy(X), 3, client="tcp://127.0.0.1:9")


def test_a_scheduler_that_is_lost_in_the_middle_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr("gmmlab.compute.cluster._PATIENCE", 0.5)
    with running(1) as lost:

        def watch(start, iteration, objective):
            if iteration == 1:
                lost.close()

        with pytest.raises(
            ClusterIsAway, match=r"^The cluster lost its scheduler, or data"
        ) as said:
            gmmlab.fit_dask(lazy(X), 3, tol=0, client=lost.scheduler_address, watch=watch)
        assert "\n" not in str(said.value)


@pytest.mark.parametrize("kind", COVARIANCE_TYPES)
def test_the_estimator_takes_dask_arrays(kind):
    ours, lazily = (gmmlab.GaussianMixture(3, covariance_type=kind, random_state=0) for _ in "12")
    ours.fit(X)
    there = lazy(X, (600, 2))
    lazily.fit(there)
    np.testing.assert_allclose(lazily.means_, ours.means_, rtol=SAME, atol=SAME)
    for name in ("predict", "predict_proba", "score_samples"):
        values = getattr(lazily, name)(there)
        assert isinstance(values, da.Array)
        of_ours = getattr(ours, name)(X)
        assert (values.shape, values.dtype) == (of_ours.shape, of_ours.dtype)
        np.testing.assert_allclose(values.compute(), of_ours, rtol=1e-9, atol=SAME)
    for name in ("score", "bic", "aic", "icl"):
        method, expected = getattr(lazily, name), getattr(ours, name)
        assert method(there) == pytest.approx(expected(X), rel=SAME)
        found = method(there, sample_weight=lazy(WEIGHTS, 999))
        assert found == pytest.approx(expected(X, sample_weight=WEIGHTS), rel=SAME)


def test_the_estimator_takes_frames_of_unknown_length():
    frame = dd.from_pandas(pd.DataFrame(X, columns=list("abc")), npartitions=4)
    some, own = frame[frame.a > 4.9], X[X[:, 0] > 4.9]  # not in every partition
    ours, lazily = (gmmlab.GaussianMixture(1, random_state=0) for _ in "12")
    ours.fit(own)
    np.testing.assert_array_equal(lazily.fit_predict(some).compute(), ours.predict(own))
    np.testing.assert_allclose(lazily.means_, ours.means_, rtol=SAME)
    assert lazily.bic(some) == pytest.approx(ours.bic(own), rel=SAME)
    assert lazily.n_features_in_ == 3


@pytest.mark.parametrize("where", [lazy(X)[:1], lazy(X)[:2]])
def test_the_estimator_refuses_too_few_rows_as_ever(where):
    with pytest.raises(ValueError, match="Expected n_samples >= n_components"):
        gmmlab.GaussianMixture(3).fit(where)


def test_points_of_another_width_are_refused():
    model = gmmlab.GaussianMixture(2, random_state=0).fit(lazy(X))
    with pytest.raises(ValueError, match="X has 2 features, but GaussianMixture is expecting 3"):
        model.predict(lazy(X)[:, :2])


@pytest.mark.parametrize("weights", [None, WEIGHTS + 1], ids=["plain", "weighted"])
@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e300])
def test_extents_add_up(scale, weights):
    parts = [slice(0, 1), slice(1, 1000), slice(1000, None)]
    moved = (X + np.array([0.0, 5.0, 1e4])) * scale / 1e5
    of = [Extent.of(moved[p], None if weights is None else weights[p]) for p in parts]
    found, expected = (of[0] + of[1] + of[2]).frame(), Frame.of(moved, weights)
    assert found.unit == expected.unit
    assert found.spread == pytest.approx(expected.spread, rel=1e-12)
    np.testing.assert_allclose(found.shift, expected.shift, rtol=1e-14)
    np.testing.assert_allclose(found.variances, expected.variances, rtol=1e-9)


def test_without_a_cluster_dask_is_never_imported():
    code = (
        "import sys; from importlib import import_module; import gmmlab.ui.server as server;"
        "[import_module(name) for name in server._modules()];"
        "import numpy as np, gmmlab; gmmlab.GaussianMixture(1).fit(np.eye(3)).predict(np.eye(3));"
        "server.open_desk(); names = {name.split('.')[0] for name in sys.modules};"
        "print(sorted(names & {'dask', 'distributed'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={key: value for key, value in os.environ.items() if key != ADDRESS},
    )
    assert done.stdout == "[]\n"
