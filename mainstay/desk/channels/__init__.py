"""The ways by which mail reaches the desk."""
