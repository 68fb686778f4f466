"""What `mainstay doctor` looks at beyond the checks of `common.health`."""

from mainstay.config.doctor import installation, running

__all__ = ["installation", "running"]
