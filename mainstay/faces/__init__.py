"""Composed pages: console home, portal home, a website's overview."""
