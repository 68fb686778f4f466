"""Where tickets come from that another help desk kept before."""

from django.db import models

from mainstay.desk.facts import ImportSource


class ForeignTicket(models.Model):
    """A ticket's key and number in the product that it came from. Each foreign key of a product is taken once.

    `taken_by` is the import that brought it; empty where the command line did.
    """

    ticket = models.OneToOneField("desk.Ticket", on_delete=models.CASCADE, related_name="foreign")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=16)
    foreign_id = models.CharField(max_length=64)
    number = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey("desk.Import", on_delete=models.SET_NULL, null=True, related_name="tickets")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "foreign_id"], name="foreign_ticket_once")]
        indexes = [models.Index(fields=["number"], name="foreign_ticket_by_number")]

    def __str__(self) -> str:
        return f"{self.product} {self.number}"

    @property
    def product_name(self) -> str:
        """What people call the product."""
        return ImportSource(self.product).label if self.product in set(ImportSource) else self.product
