"""``python -m strategy``: the workbook without a browser."""

import os
import sys

# Before numpy loads: on two busy cores two BLAS threads made model fits seven to nine times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from strategy.command_line import main

if __name__ == "__main__":
    sys.exit(main())
