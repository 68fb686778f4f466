"""The tests: one folder an area, and `walk/` for what holds in the whole repository."""
