"""The command line: `mainstay COMMAND`."""

from mainstay.config.cli.entry import main

__all__ = ["main"]
