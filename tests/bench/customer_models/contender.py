"""One contender, in a process of its own: ``contender.py NAME FOLDER`` prints its times and its peak memory as JSON.

``ninefold_import`` takes the CSV into a new workbook and adopts segments, ``ninefold_models`` counts, fits and predicts from that
workbook; ``floor`` is DuckDB's own reading of the CSV into a file; ``lifetimes`` and ``pymc`` read the CSV, count, fit and predict, which is all they do. Times of the models are in weeks. Imports of modules are not timed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HORIZON_WEEKS = 26


def peak_mb() -> float:
    """The most memory this process has held: VmHWM, which unlike ru_maxrss starts at zero in a new program."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


class Stopwatch:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.memory: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        start = time.perf_counter()
        result = work(*arguments)
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.memory[name] = round(peak_mb())
        return result


def ninefold_import(folder: Path, clock: Stopwatch) -> dict[str, Any]:
    """From the CSV to adopted segments; the workbook stays for ``ninefold_models``."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    import ibis  # noqa: F401

    from strategy.customers import default_cuts, preview, propose, rfm_segments, understand
    from strategy.spine import adopt, import_customers
    from strategy.workbook import Workbook

    home = folder / "workbook"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    file = folder / "purchases.csv"
    with Workbook.create(home / "bench.duckdb", "Bench") as workbook:
        understood = clock("understand", lambda: understand(file, None, propose(preview(file))))
        dataset, _ = clock("import", import_customers, workbook, understood, "Bench")
        del understood
        cursor = workbook.cursor()
        clock("adopt", lambda: adopt(workbook, rfm_segments(cursor, default_cuts(cursor)), "Bench", "en"))
        return {"customers": dataset.customers}


def floor(folder: Path, clock: Stopwatch) -> dict[str, Any]:
    """What DuckDB alone takes to bring the CSV, its types told, into a table of a file: nothing is checked and nothing computed."""
    import duckdb

    columns = "{'customer': 'VARCHAR', 'day': 'DATE', 'amount': 'DECIMAL(18,4)'}"
    with tempfile.TemporaryDirectory(dir=folder) as home, duckdb.connect(f"{home}/floor.duckdb") as connection:
        read = f"read_csv('{folder / 'purchases.csv'}', header=true, columns={columns})"
        clock("floor", connection.execute, f"CREATE TABLE purchase AS FROM {read}")
        return {"rows": connection.execute("SELECT count(*) FROM purchase").fetchall()[0][0]}


def ninefold_models(folder: Path, clock: Stopwatch) -> dict[str, Any]:
    """The models of a workbook that has its data, as on every later day."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    import ibis  # noqa: F401
    import numpy as np

    from strategy.analysis import bg_nbd, gamma_gamma
    from strategy.customers import counts_frame
    from strategy.workbook import Workbook

    with Workbook.open(folder / "workbook" / "bench.duckdb") as workbook:
        counts = clock("summary", counts_frame, workbook.cursor())
        x, last, watched = (counts[name].to_numpy() for name in ("x", "last_days", "observed_days"))
        fit = clock("fit", bg_nbd.fit, x, last, watched)
        clock(
            "predict", lambda: (fit.model.expected_future(HORIZON_WEEKS * 7, x, last, watched), fit.model.p_alive(x, last, watched))
        )
        spend = clock("gamma_gamma", gamma_gamma.fit, x, counts["mean_repeat_spend"])
        model = fit.model.in_unit(7)
        np.savez(folder / "counts.npz", x=x, last=last, watched=watched, mean=counts["mean_repeat_spend"])
        return {
            "customers": len(counts),
            "bg_nbd": [model.r, model.alpha, model.a, model.b],
            "gamma_gamma": [spend.model.p, spend.model.q, spend.model.v],
        }


def lifetimes(folder: Path, clock: Stopwatch) -> dict[str, Any]:
    import pandas as pd
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data

    rows = clock("read", lambda: pd.read_csv(folder / "purchases.csv", parse_dates=["date"]))
    counts = clock("summary", partial(summary_data_from_transaction_data, freq="D"), rows, "customer_id", "date", "amount")
    del rows
    x, last, watched = counts["frequency"], counts["recency"] / 7, counts["T"] / 7
    fitter = BetaGeoFitter()
    clock("fit", lambda: fitter.fit(x, last, watched))
    clock(
        "predict",
        lambda: (
            fitter.conditional_expected_number_of_purchases_up_to_time(HORIZON_WEEKS, x, last, watched),
            fitter.conditional_probability_alive(x, last, watched),
        ),
    )
    again = counts[counts["frequency"] > 0]
    spend = GammaGammaFitter()
    clock("gamma_gamma", lambda: spend.fit(again["frequency"], again["monetary_value"]))
    return {
        "customers": len(counts),
        "bg_nbd": [float(fitter.params_[name]) for name in ("r", "alpha", "a", "b")],
        "gamma_gamma": [float(spend.params_[name]) for name in ("p", "q", "v")],
    }


def pymc(folder: Path, clock: Stopwatch) -> dict[str, Any]:
    """Maximum a posteriori under flat priors, which is maximum likelihood. Its Gamma-Gamma is not run."""
    import numpy as np
    import pandas as pd
    from pymc_extras.prior import Prior
    from pymc_marketing.clv import BetaGeoModel
    from pymc_marketing.clv.utils import rfm_summary

    rows = clock("read", lambda: pd.read_csv(folder / "purchases.csv", parse_dates=["date"]))
    counts = clock("summary", partial(rfm_summary, time_unit="D"), rows, "customer_id", "date", "amount")
    del rows
    counts[["recency", "T"]] /= 7
    model = BetaGeoModel(counts, model_config={name: Prior("HalfFlat") for name in ("r", "alpha", "a", "b")})
    clock("fit", lambda: model.fit(method="map", progressbar=False))
    found = [float(np.asarray(model.fit_result[name]).mean()) for name in ("r", "alpha", "a", "b")]
    clock("predict", lambda: (model.expected_purchases(future_t=HORIZON_WEEKS), model.expected_probability_alive()))
    return {"customers": len(counts), "bg_nbd": found}


if __name__ == "__main__":
    clock = Stopwatch()
    contenders = {
        "ninefold_import": ninefold_import,
        "ninefold_models": ninefold_models,
        "floor": floor,
        "lifetimes": lifetimes,
        "pymc": pymc,
    }
    made = contenders[sys.argv[1]](Path(sys.argv[2]), clock)
    print(json.dumps(made | {"seconds": clock.seconds, "memory_mb": clock.memory, "peak_mb": round(peak_mb())}))
