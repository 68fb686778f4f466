"""Stories that cross areas, one file each."""
