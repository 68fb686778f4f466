"""The kit's own pages: theme switch, gallery, errors."""
