"""The program in a bundle of evidence: one file there, `verify.py`, put together from these modules by `assemble`.

It runs on Python 3.10 with duckdb or pyarrow alone, so nothing of Mainstay is imported here but these modules. What
they say is said a second time: `rules` and `policy.ledger` say it first, and tests hold both side by side.
"""
