"""The demo's buttons."""
