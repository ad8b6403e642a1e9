"""What a render is measured by, in fabric coordinates."""
