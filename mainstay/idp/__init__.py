"""Mainstay as identity provider: clients' websites and tools sign people in with their Mainstay account."""
