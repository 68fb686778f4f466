"""Upkeep: what websites are made of, what is known to be wrong with it, and the changes that put it right."""
