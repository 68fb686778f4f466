"""Logs."""

import io
import json
import logging

import pytest
import structlog

from mainstay.common import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before():
    """Leave logging as it was found."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def written(log_format, stream):
    logs.configure(log_format, stream=stream)
    secret = "s3cret"  # noqa: F841 - a variable that must not be in the log
    try:
        raise RuntimeError("no lamp")
    except RuntimeError:
        structlog.get_logger().error("lamp broken", lamp=7, exc_info=True)
    logging.getLogger("library").warning("old style %s", "text")
    logging.getLogger("library").debug("not shown")
    return stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "auto"])
def test_one_line_of_json_an_event_where_nobody_looks(log_format):
    ours, library = (json.loads(line) for line in written(log_format, io.StringIO()).splitlines())
    assert (ours["event"], ours["lamp"], ours["level"]) == ("lamp broken", 7, "error")
    assert ours["exception"][0]["exc_value"] == "no lamp"
    assert (library["event"], library["level"]) == ("old style text", "warning")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize(("log_format", "stream"), [("human", io.StringIO), ("auto", Terminal)])
def test_text_for_people_on_a_terminal(log_format, stream):
    text = written(log_format, stream())
    assert "lamp broken" in text
    assert "RuntimeError: no lamp" in text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text.splitlines()[0])


@pytest.mark.parametrize("log_format", ["json", "human"])
def test_values_of_variables_are_never_logged(log_format):
    assert "s3cret" not in written(log_format, io.StringIO()).replace('secret = "s3cret"', "")


def test_unknown_format_is_refused():
    with pytest.raises(ValueError, match="MAINSTAY_LOG_FORMAT"):
        logs.configure("xml")
