"""Closed books: what past time of a website's contract year comes to, worked out once."""

from django.db import models


class ClosedBook(models.Model):
    """[`starts_at`, `upto`) of a website's contract year, divided by state. `entries` is packed (`policy.ledger`).

    It holds while nothing is noted in `PastChange` of the website, and `basis` (by which terms it was divided) is
    still the same; else the year is divided anew from the facts. `unknown_left_us` is what was left at `upto` of the
    allowance for unknown time, in microseconds; empty where unknown time is never charged.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    website = models.OneToOneField("clients.Website", on_delete=models.CASCADE, related_name="closed_book")
    starts_at = models.DateTimeField()
    upto = models.DateTimeField()
    basis = models.CharField(max_length=100)
    unknown_left_us = models.BigIntegerField(null=True)
    entries = models.BinaryField()
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Book of website {self.website_id}"


class PastChange(models.Model):
    """A fact about a website's past was written: its closed book does not hold any more.

    The database itself writes these, by triggers on every table that a ledger is made from (`watch.past_changes`),
    whoever changes it and by whatever means. `written_in` is the database's own number of the transaction.
    """

    website_id = models.BigIntegerField(db_index=True)
    written_in = models.BigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"Change of the past of website {self.website_id}"
