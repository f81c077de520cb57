"""Our customer models beside lifetimes and pymc-marketing on the same simulated purchases, each in a process of its own.

``make bench-customers`` makes the environment of the others and runs this. It writes docs/benchmarks.md and docs/images/growth.svg.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT), str(HERE)]

import numpy as np  # noqa: E402
import simulate  # noqa: E402

from strategy.analysis import bg_nbd, gamma_gamma  # noqa: E402

STEPS = {"summary": "Summary per customer", "fit": "BG/NBD fit", "predict": "Predict all", "gamma_gamma": "Gamma-Gamma fit"}


def run(python: str, name: str, folder: Path, limit: str = "") -> dict[str, Any]:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | ({"NINEFOLD_MEMORY_LIMIT": limit} if limit else {})
    done = subprocess.run(
        [python, str(HERE / "contender.py"), name, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-3000:]}")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    print(name, limit, json.dumps(result["seconds"]), f"{result['peak_mb']} MB", flush=True)
    return dict(result)


def ours(folder: Path, limit: str = "") -> dict[str, Any]:
    """Both of our processes as one contender; their peaks stay apart."""
    into, models = run(sys.executable, "ninefold_import", folder, limit), run(sys.executable, "ninefold_models", folder, limit)
    return models | {"seconds": into["seconds"] | models["seconds"], "import_mb": into["peak_mb"]}


def best(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The runs of one contender as one: the least time of every step, since other work on the machine only adds, and the peak of all."""
    seconds = {step: min(run["seconds"][step] for run in runs) for step in runs[0]["seconds"]}
    return (
        runs[0]
        | {"seconds": seconds}
        | {name: max(run[name] for run in runs) for name in ("peak_mb", "import_mb") if name in runs[0]}
    )


def likelihoods(folder: Path, result: dict[str, Any]) -> tuple[float, float]:
    """Log-likelihoods of a contender's parameters on the same counts, times in weeks."""
    counts = np.load(folder / "counts.npz")
    buying = bg_nbd.BgNbd(*result["bg_nbd"]).log_likelihood(counts["x"], counts["last"] / 7, counts["watched"] / 7)
    if "gamma_gamma" not in result:
        return buying, math.nan
    return buying, gamma_gamma.GammaGamma(*result["gamma_gamma"]).log_likelihood(counts["x"], counts["mean"])


def whole(result: dict[str, Any]) -> float:
    return float(sum(result["seconds"].values()))


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def beside(ours: dict[str, Any], others: dict[str, dict[str, Any]], folder: Path) -> str:
    """The table of contenders: seconds, and in brackets how many times ours."""
    head = ["", "Ninefold", *others]
    rows = []
    for step, title in STEPS.items():
        mine = ours["seconds"][step]
        cells = [f"{mine:.2f} s"]
        for other in others.values():
            theirs = other["seconds"].get(step)
            cells.append("not run" if theirs is None else f"{theirs:.2f} s ({theirs / mine:.1f}×)")
        rows.append([title, *cells])
    mine = whole(ours)
    rows.append(
        [
            "Whole way from the CSV",
            f"{mine:.1f} s",
            *(f"{whole(other):.1f} s ({whole(other) / mine:.1f}×)" for other in others.values()),
        ]
    )
    mine_of = ours["seconds"]
    together = sum(mine_of[step] for step in STEPS)
    cells = []
    for other in others.values():
        known = [step for step in STEPS if step in other["seconds"]]
        theirs, same = sum(other["seconds"][step] for step in known), sum(mine_of[step] for step in known)
        cells.append(f"{theirs:.1f} s ({theirs / same:.1f}×)")
    rows.insert(len(STEPS), ["These together", f"{together:.2f} s", *cells])
    rows.append(["Peak memory, models", f"{ours['peak_mb']:,} MB", *("" for _ in others)])
    rows.append(
        [
            "Peak memory, whole way",
            f"{max(ours['peak_mb'], ours['import_mb']):,} MB",
            *(f"{other['peak_mb']:,} MB" for other in others.values()),
        ]
    )
    found = [likelihoods(folder, result) for result in (ours, *others.values())]
    rows.append(["Log-likelihood, BG/NBD", *(f"{value:,.3f}" for value, _ in found)])
    rows.append(["Log-likelihood, Gamma-Gamma", *("not run" if math.isnan(value) else f"{value:,.3f}" for _, value in found)])
    return table(head, rows)


def growth_svg(points: list[tuple[int, dict[str, float]]]) -> str:
    """Seconds against purchases, both logarithmic, with a dotted line of exact proportion: about forty lines, so drawn by hand."""
    series = {"whole way": "#0072B2", "summary": "#E69F00", "fit": "#009E73"}
    left, top, width, height = 70, 40, 560, 300
    xs = [math.log10(rows) for rows, _ in points]
    ys = [math.log10(max(value, 1e-3)) for _, values in points for value in values.values()]
    x0, x1, y0, y1 = min(xs), max(xs), math.floor(min(ys)), math.ceil(max(ys))

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (x - x0) / (x1 - x0) * width, top + (y1 - y) / (y1 - y0) * height

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 410" font-family="sans-serif" font-size="14" fill="#666">',  # noqa: F541
        "<title>Seconds against number of purchases, both axes logarithmic</title>",
    ]
    for power in range(y0, y1 + 1):
        x, y = place(x0, power)
        parts.append(f'<line x1="{x}" y1="{y}" x2="{left + width}" y2="{y}" stroke="#888" stroke-opacity=".25"/>')
        parts.append(f'<text x="{x - 8}" y="{y + 5}" text-anchor="end">{10.0**power:g} s</text>')
    for rows, _ in points:
        x, y = place(math.log10(rows), y0)
        parts.append(f'<text x="{x}" y="{y + 22}" text-anchor="middle">{rows / 1e6:.1f} million</text>')
    for name, color in series.items():
        line = [place(math.log10(rows), math.log10(max(values[name], 1e-3))) for rows, values in points]
        parts.append(
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}" fill="none" stroke="{color}" stroke-width="3"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{color}"/>' for x, y in line]
        parts.append(f'<text x="{line[-1][0] + 12:.1f}" y="{line[-1][1] + 5:.1f}" fill="{color}">{name}</text>')
    last = math.log10(points[-1][1]["whole way"])
    (ax, ay), (bx, by) = place(x1 - (last - y0), y0) if last - y0 <= x1 - x0 else place(x0, last - (x1 - x0)), place(x1, last)
    parts.append(f'<line x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}" stroke="#888" stroke-dasharray="3 5"/>')
    parts.append(
        f'<text x="{left + width / 2}" y="398" text-anchor="middle">purchases (dotted: time in proportion to them)</text></svg>'
    )
    return "\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--others", default=str(ROOT / ".venv-bench" / "bin" / "python"), help="Python with requirements.txt installed"
    )
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "ninefold-bench-customers")
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    folders = {number: options.folder / f"s{number}" for number in sorted(options.customers)}
    sizes = {number: simulate.write(folder, number) for number, folder in folders.items()}
    largest = max(folders)
    mine = {number: best([ours(folder) for _ in range(options.runs)]) for number, folder in folders.items()}
    small = ours(folders[largest], "300MB")
    floor = min(run(sys.executable, "floor", folders[largest])["seconds"]["floor"] for _ in range(options.runs))
    others = {
        title: best([run(options.others, name, folders[largest]) for _ in range(options.runs if name == "lifetimes" else 1)])
        for name, title in (("lifetimes", "lifetimes 0.11.3"), ("pymc", "pymc-marketing 0.19.2"))
    }
    same = np.allclose(small["bg_nbd"], mine[largest]["bg_nbd"], rtol=1e-6)
    steps = list(mine[largest]["seconds"])
    growth = [
        [
            f"{sizes[number]:,}",
            *(f"{result['seconds'][step]:.2f}" for step in steps),
            f"{whole(result):.1f}",
            f"{result['import_mb']:,}",
            f"{result['peak_mb']:,}",
        ]
        for number, result in mine.items()
    ]
    points = [
        (sizes[number], {"whole way": whole(result), "summary": result["seconds"]["summary"], "fit": result["seconds"]["fit"]})
        for number, result in mine.items()
    ]
    (ROOT / "docs" / "images" / "growth.svg").write_text(growth_svg(points), encoding="utf-8")
    limited = [
        [
            "Ninefold, database limited to 300 MB",
            *(f"{small['seconds'][step]:.2f}" for step in steps),
            f"{whole(small):.1f}",
            f"{small['import_mb']:,}",
            f"{small['peak_mb']:,}",
        ]
    ]
    text = f"""# Benchmarks

Written by `make bench-customers`; the figures below are of one run on {os.cpu_count()} cores ({platform.machine()}), with nothing else running. Each
contender runs in a process of its own on the same simulated purchases (BG/NBD and Gamma-Gamma, fixed seed); {"one run each" if options.runs == 1 else f"the least time of {options.runs} runs of every step counts, and one run of pymc-marketing"}. In brackets: how many times ours.

## Beside lifetimes and pymc-marketing

{largest:,} customers, {sizes[largest]:,} purchases.

{beside(mine[largest], others, folders[largest])}

The whole way is for us: read, check and clean the CSV, store it in a workbook, adopt segments, count, fit and predict; for the others: read the CSV,
count, fit and predict. DuckDB alone, told the types, takes {floor:.1f} s to bring the CSV into a table of a file, unchecked; our reading and
storing take {mine[largest]["seconds"]["understand"] + mine[largest]["seconds"]["import"]:.1f} s. Log-likelihoods are computed by one program for everybody's parameters, with times in weeks.

## Growth

![Seconds against purchases](images/growth.svg)

Seconds by step, and peak memory in MB:

{table(["Purchases", *steps, "whole way", "peak MB, import", "peak MB, models"], growth + limited)}

The last row: `NINEFOLD_MEMORY_LIMIT=300MB` on the largest data; the model found is {"the same" if same else "NOT the same"}. The limit holds for the workbook's database, not for the
reading of the CSV nor for the arrays of the models.
"""
    page = ROOT / "docs" / "benchmarks.md"
    # What other benches measured stands after these sections and stays.
    _, heading, rest = page.read_text(encoding="utf-8").partition("\n## First view of an exhibit")
    page.write_text(text + heading + rest, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
