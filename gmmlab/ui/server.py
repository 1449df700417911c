"""What a server does once, so that no visitor pays for it: imports, processes, memory."""

import gc
from importlib import import_module
from pkgutil import walk_packages
from threading import Thread
from time import sleep

from starlette.formparsers import MultiPartParser
from streamlit import config

import gmmlab
from gmmlab.compute.cores import limit_blas
from gmmlab.ui.shell.desk import open_desk

_WORKERS = ("gmmlab.studies",)  # the packages whose modules the workers import
_NO_MODULE_OF_THE_SERVER = "gmmlab.compute.nursery"  # a program of its own
_TIDY = 60.0  # seconds


def make_ready() -> None:
    """Import everything, start the processes that answer, and leave what is there uncollected.

    Streamlit's own collection after every run is off (see .streamlit/config.toml): it went over all
    that was ever imported, which took four times as long as the run itself.
    """
    # Uploads stay in memory, where they end anyway: the folder for temporary files may be full.
    MultiPartParser.spool_max_size = (int(config.get_option("server.maxUploadSize")) + 1) << 20
    limit_blas()  # the cores are for visitors, not for one product of small matrices
    open_desk(*workers_import())
    for name in _modules():
        import_module(name)
    gc.collect()
    gc.freeze()
    Thread(target=_tidy_now_and_then, daemon=True, name="gmmlab-gc").start()


def workers_import() -> list[str]:
    """The modules of all that a worker may be asked for."""
    return [name for name in _modules() if name.startswith(_WORKERS)]


def _modules() -> list[str]:
    found = [module.name for module in walk_packages(gmmlab.__path__, "gmmlab.")]
    return [name for name in found if name not in (_NO_MODULE_OF_THE_SERVER, "gmmlab.ui.site")]


def _tidy_now_and_then() -> None:
    """Python collects by itself as objects come and go; the oldest of them wait for this."""
    while True:
        sleep(_TIDY)
        gc.collect()
