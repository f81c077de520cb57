"""Sample workbooks, built by commands from data and YAML in the repository."""

from strategy.samples.catalogue import SAMPLES, Sample, build

__all__ = ["SAMPLES", "Sample", "build"]
