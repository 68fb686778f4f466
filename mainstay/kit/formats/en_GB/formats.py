"""Days in British English: months are written out."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
