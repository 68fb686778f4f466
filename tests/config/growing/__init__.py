"""A further area as a later version would bring it; its last migration goes through."""
