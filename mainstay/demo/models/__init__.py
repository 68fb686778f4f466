"""The demo world's own rows."""

from mainstay.demo.models.live_site import LiveSite

__all__ = ["LiveSite"]
