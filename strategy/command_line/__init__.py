"""The command line: the same things as the pages, for scripts. Its JSON shapes are a contract; docs/command-line.md states them."""

from strategy.command_line.run import main

__all__ = ["main"]
