"""Organisations, websites, contacts, account managers, agreements, windows, and who may do what for whom."""
