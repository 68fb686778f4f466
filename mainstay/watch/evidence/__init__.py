"""Every single check, kept in day files (Parquet) and sealed by website and day.

`columns` says what a file holds and how its rows are written canonically, `dayfiles` writes and reads files.
"""
