"""What the desk's tests share."""

from datetime import UTC, datetime

import pytest

from tests.cast import Cast
from tests.desk.kit import Stage

WEDNESDAY = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """The desk of the cast, on a Wednesday in office hours."""
    return Stage(cast, WEDNESDAY)
