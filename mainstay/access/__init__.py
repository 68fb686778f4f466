"""People's accounts: sign-in, recovery, roles, API tokens."""
