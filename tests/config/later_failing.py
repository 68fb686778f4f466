"""The settings of a later version, with an area more."""

from mainstay.config.settings import *  # noqa: F403 - all of them
from mainstay.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.config.failing"]
