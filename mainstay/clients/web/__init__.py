"""Pages and API of clients."""
