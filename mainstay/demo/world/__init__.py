"""The demo world: whether it is there, how to make it, and who can sign in."""

from mainstay.demo.world.accounts import Account, accounts
from mainstay.demo.world.load import is_there, load

__all__ = ["Account", "accounts", "is_there", "load"]
