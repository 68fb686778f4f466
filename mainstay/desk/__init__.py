"""Tickets: channels, conversation, clocks."""
