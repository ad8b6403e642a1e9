"""The pose sets: catalog, rendered assets and their loader."""
