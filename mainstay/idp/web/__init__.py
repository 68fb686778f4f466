"""Pages and addresses of `idp`."""
