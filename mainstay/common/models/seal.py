"""The sealed log: leaves that are only ever appended, and the heads of their Merkle tree."""

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q


class SealsAreAppendOnly(TypeError):
    """Somebody tried to change or delete what is sealed."""


class SealQuerySet(models.QuerySet[Any]):
    """What is sealed can be read and added to, nothing else."""

    def update(self, **values: Any) -> NoReturn:
        raise SealsAreAppendOnly("what is sealed is not changed")

    def delete(self) -> NoReturn:
        raise SealsAreAppendOnly("what is sealed is not deleted")

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise SealsAreAppendOnly("what is sealed is not changed")


class Leaf(models.Model):
    """One entry of the log. `number` counts from 0 without holes; `digest` is the leaf's hash (RFC 6962) in hex.

    `entry` is what was hashed: a few lines of text that name what is sealed and the SHA-256 of its canonical bytes.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    subject = models.CharField(max_length=120, unique=True)
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.TextField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects: ClassVar[Any] = SealQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="leaf_digest_hex")]

    def __str__(self) -> str:
        return f"Leaf {self.number}"


class TreeHead(models.Model):
    """The Merkle tree as it stood with `size` leaves: its root in hex, and what is needed to append to it."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    frontier = models.JSONField()
    at = models.DateTimeField()

    objects: ClassVar[Any] = SealQuerySet.as_manager()

    class Meta:
        ordering = ["size"]
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=Q(root__regex=r"^[0-9a-f]{64}$"), name="tree_head_root_hex")]

    def __str__(self) -> str:
        return f"Head of {self.size}"


class TimeStamp(models.Model):
    """What a time-stamping authority (RFC 3161) says of a head: that it existed at `at`, by the authority's clock.

    `response` is what the authority answered (TimeStampResp, DER), its certificates in it; `authority` the name in the
    certificate that signed.
    """

    head = models.OneToOneField(TreeHead, models.PROTECT, primary_key=True, related_name="stamp")
    response = models.BinaryField()
    at = models.DateTimeField()
    authority = models.CharField(max_length=200)

    objects: ClassVar[Any] = SealQuerySet.as_manager()

    class Meta:
        ordering = ["head"]
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Stamp on the head of {self.head_id}"
