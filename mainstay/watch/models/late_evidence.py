"""That checks came in which are older than what was judged already."""

from django.db import models


class LateEvidence(models.Model):
    """An environment that is to be judged anew from `from_at` on; it goes once that was done."""

    environment = models.OneToOneField(
        "clients.Environment", on_delete=models.CASCADE, primary_key=True, related_name="late_evidence"
    )
    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    from_at = models.DateTimeField(help_text="The earliest late check that may change something.")
    noted_at = models.DateTimeField(help_text="When the first such check came in.")
    heard_at = models.DateTimeField(db_index=True, help_text="When the latest such check came in.")
