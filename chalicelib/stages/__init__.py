"""One file per imaging stage: arrays and ports in, arrays out."""
