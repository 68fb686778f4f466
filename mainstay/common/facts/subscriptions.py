"""Which handlers hear of which kind of fact."""

from collections.abc import Callable, Mapping, Sequence

from mainstay.common.models.fact import FactRecord

Handler = Callable[[FactRecord], None]

_by_kind: dict[str, dict[str, Handler]] = {}
_by_name: dict[str, Handler] = {}


def subscribe(table: Mapping[str, Sequence[Handler]]) -> None:
    """Let handlers hear of facts from now on: `{"watch.outage_opened": [outage_opens_ticket, …]}`.

    A handler is called at least once a fact, in the order in which the facts of one subject were recorded. It
    runs in the transaction that marks the fact as delivered, so a handler that only writes to the database runs
    exactly once; outside effects go through `common.mail` and `common.jobs`. Subscribing twice changes nothing.
    """
    for kind, handlers in table.items():
        for handler in handlers:
            name = name_of(handler)
            _by_kind.setdefault(kind, {})[name] = handler
            _by_name[name] = handler


def unsubscribe(handler: Handler) -> None:
    """Forget `handler`; what is on its way to it stays undelivered."""
    name = name_of(handler)
    _by_name.pop(name, None)
    for handlers in _by_kind.values():
        handlers.pop(name, None)


def handlers_of(kind: str) -> tuple[str, ...]:
    """The names of the handlers of `kind`, in the order in which they subscribed."""
    return tuple(_by_kind.get(kind, ()))


def handler_called(name: str) -> Handler:
    """The handler called `name`.

    Raises:
        LookupError: nothing of that name subscribed in this process.
    """
    try:
        return _by_name[name]
    except KeyError:
        raise LookupError(f"no handler called {name} has subscribed") from None


def name_of(handler: Handler) -> str:
    """The name under which deliveries to `handler` are kept."""
    return f"{handler.__module__}.{handler.__qualname__}"
