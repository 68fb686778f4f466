"""The audit trail: from where each fact came, and what changed with it.

While a request is answered (`during`), every fact that is recorded gets a `Trace` with the network address, the session
or the token, and the fields of rows that were saved meanwhile, before and after. Jobs have none: their facts name them.
"""

from mainstay.common.trail.changes import SECRET, Change, watch
from mainstay.common.trail.origin import Origin, concerns, during, origin
from mainstay.common.trail.traces import RowsChanged, commitment_of, erase_older, rows_changed, trace

__all__ = [
    "SECRET",
    "Change",
    "Origin",
    "RowsChanged",
    "commitment_of",
    "concerns",
    "during",
    "erase_older",
    "origin",
    "rows_changed",
    "trace",
    "watch",
]
