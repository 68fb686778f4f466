"""Logs: for people on a terminal, one line of JSON an event otherwise."""

import logging
import sys
from typing import Any, TextIO

import structlog

FORMATS = ("auto", "human", "json")


def configure(log_format: str = "auto", *, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write the logs of Mainstay and of its libraries to `stream` (standard error).

    Args:
        log_format: `human`, `json`, or `auto`: human on a terminal, else JSON.

    Raises:
        ValueError: there is no such format.
    """
    if log_format not in FORMATS:
        raise ValueError(f"MAINSTAY_LOG_FORMAT must be one of {', '.join(FORMATS)}, not {log_format!r}")
    target = stream or sys.stderr
    human = log_format == "human" or (log_format == "auto" and target.isatty())
    shared = _shared_processors(human=human)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers[:] = [_handler(target, shared, human=human)]
    logging.root.setLevel(level)


def _handler(target: TextIO, shared: list[Any], *, human: bool) -> logging.Handler:
    renderer = _for_people(target) if human else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    return handler


def _for_people(target: TextIO) -> structlog.dev.ConsoleRenderer:
    """Plain tracebacks: the values of variables may be secrets."""
    return structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _shared_processors(*, human: bool) -> list[Any]:
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not human:
        without_values = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        processors.append(structlog.processors.ExceptionRenderer(without_values))
    return processors
