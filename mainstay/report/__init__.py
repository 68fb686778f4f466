"""The monthly service report of one client."""
