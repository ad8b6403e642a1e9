"""HTTP: one Blueprint per surface, request and response models, problem+json, OpenAPI."""
