"""`habitue local` and `habitue deploy`: the commands that need no running stack."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib.cli.output import json_option, pairs, show


def _instant(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no time; write it as 2026-12-24T08:00:00+00:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Where the front listens.")
@click.option("--empty", is_flag=True, help="A complete shop without customers, products and orders; all flows off.")
@click.option(
    "--customers", default=600, show_default=True, type=click.IntRange(1, 100_000), help="Of the sample shop."
)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Keep the state there between runs.")
@click.option("--now", callback=_instant, help="The service's time at the start.")
@click.option("--rate", default=200.0, show_default=True, type=click.FloatRange(0.1), help="Mails a second.")
@json_option
def local(
    port: int, *, empty: bool, customers: int, data: Path | None, now: datetime | None, rate: float, as_json: bool
) -> None:
    """Run the whole service on this machine until Ctrl-C. No AWS account is needed, no mail leaves the machine.

    \b
    Example:
        habitue local --port 8001 --customers 2000
    """
    from chalicelib.local.run import RunOptions, serve

    serve(
        RunOptions(port=port, empty=empty, customers=customers, data_dir=data, now=now, rate=rate),
        lambda words: click.echo(words, err=as_json),
        lambda found: show(found, as_json=as_json, text=_ready),
    )


def _ready(found: Mapping[str, str]) -> str:
    lines = (("Console", "console"), ("Mailbox", "mailbox"), ("API", "api"), ("API key", "api_key"))
    return "\n".join(["", *(f"  {word:<8}  {found[name]}" for word, name in lines), "", "Ctrl-C ends it."])


@click.command()
@click.option("--stage", default="prod", show_default=True, help="Which of several deployments.")
@click.option("--domain", required=True, help="The verified SES identity that mail is sent from.")
@json_option
def deploy(stage: str, domain: str, *, as_json: bool) -> None:
    """Deploy into the account and region of your AWS profile. Repeating it changes nothing.

    \b
    Example:
        habitue deploy --stage prod --domain mail.your-shop.com
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.deploy.package import package
    from chalicelib.deploy.release import release
    from chalicelib.deploy.stack import DeployFailed

    try:
        released = release(boto3.Session().client, package(stage), stage, domain)
    except (BotoCoreError, ClientError) as error:
        raise DeployFailed(f"AWS said: {error}. Check the profile, its region and its permissions.") from error
    content = {"url": released.url, "api_key_parameter": released.api_key_parameter, "changed": released.stack.changed}
    show(content, as_json=as_json, text=pairs)
