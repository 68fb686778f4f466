"""Mail as bytes and values: reading it without ever failing, recognising loops, threading. Pure."""
