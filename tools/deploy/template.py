"""
Writes the template that is deployed: `python -m tools.deploy.template [OUT]`.

What `chalice package --merge-template .chalice/resources.json` would write, made by the
same parts of Chalice but without the zip, which no function of ours runs from; then turned
to container images.
"""

import json
import os
import sys
from pathlib import Path

from botocore.session import Session
from chalice.awsclient import TypedAWSClient
from chalice.cli.factory import CLIFactory
from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BaseDeployStep, BuildStage, create_build_stage
from chalice.deploy.models import DeploymentPackage
from chalice.deploy.packager import LambdaDeploymentPackager
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import (
    PackageOptions,
    ResourceBuilder,
    SAMTemplateGenerator,
    TemplateDeepMerger,
)
from chalice.utils import UI, OSUtils

from tools.deploy.images import Template, with_images

ROOT = Path(__file__).resolve().parent.parent.parent
STAGE = "dev"


class _NoZip(BaseDeployStep):
    """Stands where Chalice would install every dependency and zip it."""

    def handle_deploymentpackage(self, config: Config, resource: DeploymentPackage) -> None:
        del config
        resource.filename = LambdaDeploymentPackager.__name__


def packaged(root: Path = ROOT, region: str = "us-east-1") -> Template:
    """The template as `chalice package` makes it, with `resources.json` merged in."""
    config = CLIFactory(str(root), debug=False, environ=os.environ).create_config_obj(STAGE)
    whole = create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config)
    steps = [
        _NoZip() if type(step).__name__ == "DeploymentPackager" else step for step in whole._steps
    ]
    session = Session()
    session.set_config_variable("region", region)
    builder = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), BuildStage(steps))
    generator = SAMTemplateGenerator(config, PackageOptions(TypedAWSClient(session)))
    made = generator.generate(builder.construct_resources(config, STAGE))
    declared = json.loads((root / ".chalice" / "resources.json").read_text(encoding="utf-8"))
    return TemplateDeepMerger().merge(declared, made)


def main() -> None:
    """Write the template to the path that is given, `build/sam.json` by default."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "sam.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    template = with_images(packaged())
    out.write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{out}\n")


if __name__ == "__main__":
    main()
