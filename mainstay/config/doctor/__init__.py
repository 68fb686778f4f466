"""What `mainstay doctor` looks at beyond the checks of `common.health`."""

from mainstay.config.doctor import installation, running, security

__all__ = ["installation", "running", "security"]
