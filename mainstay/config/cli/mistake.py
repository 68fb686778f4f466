"""What the person at the command line can put right."""


class Mistake(Exception):
    """Something the person at the command line can put right; told in one line, status 2."""
