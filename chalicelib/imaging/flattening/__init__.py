"""From the cutout to a flat strip in meters, under no light."""
