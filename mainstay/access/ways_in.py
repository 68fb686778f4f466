"""Who may not sign in with a password alone: areas above say so.

ways_in.register(must_use_provider)      must_use_provider(user) says whether the person's organisation signs them in
"""

from collections.abc import Callable

from mainstay.access.models import User

_asked: list[Callable[[User], bool]] = []


def register(function: Callable[[User], bool]) -> None:
    """Ask `function` about everybody who signs in from now on; once, however often it is registered."""
    if function not in _asked:
        _asked.append(function)


def is_elsewhere(user: User) -> bool:
    """Whether `user` is signed in by somebody else's provider, and by it alone."""
    return any(function(user) for function in _asked)
