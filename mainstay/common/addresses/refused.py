"""The errors of the guard."""


class AddressRefused(ValueError):
    """An address that must not be asked for. `reason` is a sentence for the person who gave it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoWebAddress(AddressRefused):
    """No browser could go there either: another scheme than http and https, no host, a port that is none."""
