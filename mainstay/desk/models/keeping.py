"""Small counters that the desk keeps."""

from django.db import models


class ReferenceCounter(models.Model):
    """The last number given to a ticket in a year. Raised in the ticket's own transaction, so no number is lost."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Acknowledgement(models.Model):
    """When an address last got an automatic acknowledgement."""

    address = models.CharField(max_length=254, unique=True)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address
