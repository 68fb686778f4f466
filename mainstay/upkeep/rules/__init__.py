"""Decisions of upkeep; pure."""
