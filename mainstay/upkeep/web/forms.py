"""Forms of upkeep."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from mainstay.upkeep import inventories
from mainstay.upkeep.models.inventory import FRESH_DAYS_MAX


class SourceForm(forms.Form):
    """A further source."""

    name = forms.CharField(
        label="Name", max_length=80, help_text="What it is and where it stands: composer.lock of the live server."
    )
    fresh_days = forms.IntegerField(
        label="Believed for (days)",
        min_value=1,
        max_value=FRESH_DAYS_MAX,
        initial=7,
        help_text="When it has said nothing for so long, what stands there is unknown.",
    )


class InventoryFile(forms.Form):
    """A file that says what is installed."""

    file = forms.FileField(
        label="File", help_text="A lock file, dpkg's status, a CycloneDX or SPDX document, or what WP-CLI lists."
    )

    def clean_file(self) -> inventories.Inventory:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > inventories.FILE_MAX:
            raise forms.ValidationError(f"It is larger than {inventories.FILE_MAX // 1024 // 1024} MB.")
        try:
            return inventories.read(file.name or "", file.read())
        except inventories.NotAnInventory as problem:
            raise forms.ValidationError(str(problem)) from problem
