"""A further area as a later version would bring it; its last migration fails."""
