"""The migrations of the area."""
