"""A cluster of machines, and what is lazy in Dask: one client for each address, called by name.

Dask is imported only by whoever has something of it: this module costs nothing without. Its default
client is one for all threads, and any of them may change it; so no function here looks for it but
`users_client`, which is for a person's own program.
"""

import os
from collections.abc import Sequence
from concurrent.futures import CancelledError
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from distributed import Client

ADDRESS = "GMMLAB_SCHEDULER"  # in the environment: tcp://host:8786
_PATIENCE = 5.0  # seconds in which a scheduler must answer
_CLIENTS: dict[str, "Client"] = {}
_CONNECTING = Lock()


class ClusterIsAway(RuntimeError):
    """No scheduler answers, or it has lost what it was given; the message is one sentence."""


def address() -> str | None:
    """Where the cluster's scheduler is, by the environment; None if there is none."""
    return os.environ.get(ADDRESS) or None


def client_of(scheduler: str) -> "Client":
    """The one client of this process for a scheduler, connected anew if it was lost."""
    try:
        from distributed import Client
    except ModuleNotFoundError as missing:
        raise ClusterIsAway(
            f"The cluster at {scheduler} needs {missing.name}: "
            "pip install -r requirements-cluster.txt."
        ) from None
    with _CONNECTING:
        known = _CLIENTS.get(scheduler)
        if known is not None and known.status == "running":
            return known
        try:
            made = Client(scheduler, timeout=_PATIENCE, set_as_default=False, name="gmmlab")
        except (OSError, TimeoutError, ValueError) as problem:
            raise ClusterIsAway(f"No scheduler of Dask answers at {scheduler}.") from problem
        _CLIENTS[scheduler] = made
        return made


def users_client() -> "Client | None":
    """The client of the program that calls: of the cluster in the environment, or its own."""
    if (scheduler := address()) is not None:
        return client_of(scheduler)
    try:
        from distributed import default_client
    except ModuleNotFoundError:  # Dask's arrays without its clusters
        return None
    try:
        return cast("Client", default_client())
    except ValueError:
        return None


def computed(lazy: Sequence[Any], client: "Client | None") -> list[Any]:
    """What these values of Dask's come to, on a cluster, or on the threads of this process.

    The loss of a worker is made good by the others. Raises what their tasks raise.
    """
    if client is None:
        import dask

        return list(dask.compute(*lazy, scheduler="threads"))
    from distributed.client import ClosedClientError
    from distributed.scheduler import KilledWorker

    futures: list[Any] = []
    try:
        futures = client.compute(list(lazy))
        return cast("list[Any]", client.gather(futures))
    except KilledWorker as problem:
        raise ClusterIsAway(
            "Worker after worker of the cluster was lost over one and the same chunk: smaller "
            "chunks take less memory."
        ) from problem
    except (CancelledError, ClosedClientError) as problem:
        raise ClusterIsAway(
            "The cluster lost its scheduler, or data that nobody can make again."
        ) from problem
    finally:
        if client.status == "running":
            client.cancel([each for each in futures if not each.done()])
