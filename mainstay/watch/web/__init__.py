"""Pages and the API of the watch."""
