"""From a body and a length of cloth to pose assets."""
