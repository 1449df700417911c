"""How tests run a script that a page shows."""

import warnings
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from sklearn.exceptions import ConvergenceWarning

from gmmlab.compute.cores import one_blas_thread
from gmmlab.guide.code.script import Script


def run(script: Script, *, drawn: bool = False) -> dict[str, Any]:
    """Run a script in this process and give the names it leaves; if `drawn`, render its pictures.

    Some things that matplotlib cannot draw come to light only then.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings(), one_blas_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
        try:
            exec(compile(script.text, "script.py", "exec"), names)
            for number in plt.get_fignums() if drawn else ():
                plt.figure(number).canvas.draw()
        finally:
            plt.close("all")
    return names
