"""The mannequin: her body, her blouse, her shoes, and how she stands."""
