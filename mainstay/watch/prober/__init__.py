"""The prober of one place: it looks when a check is due, and hands what it saw to the writer."""
