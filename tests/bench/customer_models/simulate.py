"""Purchases simulated from BG/NBD and Gamma-Gamma, the same for everybody: 11 purchases a customer on average over up to two years.

``python tests/bench/customer_models/simulate.py FOLDER --customers 1000000`` writes ``purchases.csv`` and ``purchases.parquet`` with
customer_id, date and amount, in order of date, and ``truth.json`` with the parameters (times in weeks).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

SEED = 20050308
#: Parameters of BG/NBD in weeks, and of Gamma-Gamma.
TRUE = {"r": 1.187, "alpha": 6.0, "a": 0.3, "b": 7.0, "p": 6.25, "q": 3.74, "v": 15.44}
FIRST_DAY, WEEKS = "2022-01-03", 104


def purchases(customers: int, seed: int = SEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer numbers, days since the first day, and amounts, sorted by day."""
    random = np.random.default_rng(seed)
    rate = random.gamma(TRUE["r"], 1 / TRUE["alpha"], customers)
    leaves = random.beta(TRUE["a"], TRUE["b"], customers)
    mean_inverse = random.gamma(TRUE["q"], 1 / TRUE["v"], customers)
    born = random.integers(0, (WEEKS - 26) * 7, customers)
    who, now = np.arange(customers), born / 7
    buyers, days = [who], [born]
    # Everybody still active buys once more in each round, or has reached the end.
    while len(who):
        now = now + random.exponential(1 / rate[who])
        inside = now < WEEKS
        who, now = who[inside], now[inside]
        buyers.append(who)
        days.append((now * 7).astype(np.int64))
        stays = random.random(len(who)) >= leaves[who]
        who, now = who[stays], now[stays]
    buyer, day = np.concatenate(buyers), np.concatenate(days)
    amount = np.round(random.gamma(TRUE["p"], 1, len(buyer)) / mean_inverse[buyer], 2)
    order = np.argsort(day, kind="stable")
    return buyer[order], day[order], np.maximum(amount[order], 0.01)


def write(folder: Path, customers: int) -> int:
    """Write the files unless they are there, and say how many purchases they hold."""
    import duckdb
    import pyarrow as pa

    truth = folder / "truth.json"
    if truth.exists():
        return int(json.loads(truth.read_text())["purchases"])
    folder.mkdir(parents=True, exist_ok=True)
    buyer, day, amount = purchases(customers)
    table = pa.table({"buyer": buyer, "day": day.astype(np.int32), "amount": amount})
    connection = duckdb.connect()
    connection.register("bought", table)
    rows = f"""SELECT 'C' || lpad(buyer::VARCHAR, 8, '0') AS customer_id, DATE '{FIRST_DAY}' + day AS date,
                      amount::DECIMAL(18,2) AS amount FROM bought"""
    connection.execute(f"COPY ({rows}) TO '{folder / 'purchases.parquet'}' (FORMAT parquet)")
    connection.execute(f"COPY ({rows}) TO '{folder / 'purchases.csv'}' (FORMAT csv, HEADER)")
    connection.close()
    truth.write_text(json.dumps(TRUE | {"customers": customers, "purchases": len(buyer), "unit": "weeks"}))
    return len(buyer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{write(options.folder, options.customers):,} purchases")
