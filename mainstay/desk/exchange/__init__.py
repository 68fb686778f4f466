"""Tickets of other help desks, read from their exports. Pure: bytes in, drafts out."""

from collections.abc import Callable, Sequence

from mainstay.desk.exchange import freescout, freshdesk, osticket, zammad
from mainstay.desk.exchange.draft import FileRefused, LeftOut, Reading
from mainstay.desk.exchange.values import ODD

PRODUCTS: dict[str, Callable[[Sequence[bytes]], Reading]] = {
    "zammad": zammad.read,
    "freescout": freescout.read,
    "osticket": osticket.read,
    "freshdesk": freshdesk.read,
}


def read(product: str, files: Sequence[bytes]) -> Reading:
    """What the export of `product`, in one or more files, holds.

    Raises:
        FileRefused: there is no such product, or its files cannot be read.
    """
    if product not in PRODUCTS:
        raise FileRefused(f"Tickets come from {', '.join(PRODUCTS)}, not from {product!r}.")
    try:
        return PRODUCTS[product](files)
    except ODD as problem:
        if isinstance(problem, FileRefused):
            raise
        raise FileRefused(f"It is not built as an export of {product} is ({problem}).") from problem


__all__ = ["PRODUCTS", "FileRefused", "LeftOut", "Reading", "read"]
