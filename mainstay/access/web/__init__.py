"""Sign-in, accounts, tokens, and the API's sign-in."""
