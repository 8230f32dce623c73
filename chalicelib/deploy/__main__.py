"""`python -m chalicelib.deploy`: what `make package` and `make deploy` run."""

import boto3
import click

from chalicelib.deploy.package import PackageError, package
from chalicelib.deploy.release import release
from chalicelib.deploy.stack import DeployFailed


@click.group()
def main() -> None:
    """Package the application, or put it into an AWS account."""


@main.command("package")
@click.option("--stage", default="prod", show_default=True)
def package_command(stage: str) -> None:
    """Build the deployable zip and template into .build/STAGE."""
    try:
        made = package(stage)
    except PackageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made.zip} ({made.zip.stat().st_size / 1e6:.1f} MB), {made.template}")


@main.command("deploy")
@click.option("--stage", default="prod", show_default=True)
@click.option("--domain", required=True, help="The verified SES identity that mail is sent from.")
def deploy_command(stage: str, domain: str) -> None:
    """Deploy into the account and region of your AWS profile."""
    session = boto3.Session()
    try:
        released = release(session.client, package(stage), stage, domain)
    except (PackageError, DeployFailed) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{'Deployed' if released.stack.changed else 'Nothing to change'}: {released.url}")
    click.echo(f"The API key is in SSM: aws ssm get-parameter --with-decryption --name {released.api_key_parameter}")


if __name__ == "__main__":
    main()
