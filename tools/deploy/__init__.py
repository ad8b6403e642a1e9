"""From `.chalice/` to a template that CloudFormation deploys, and the image it runs."""
