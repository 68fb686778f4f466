"""Decisions of the watch: pure functions of observations and instants."""
