"""The `habitue` command. A subcommand is one call to `/v1` of a running stack; `local` and `deploy` make stacks."""

import click

from chalicelib.cli.campaigns import campaign
from chalicelib.cli.flows import flow
from chalicelib.cli.imports import import_file
from chalicelib.cli.keys import key
from chalicelib.cli.offers import offer, voucher
from chalicelib.cli.reports import report
from chalicelib.cli.segments import segment
from chalicelib.cli.stacks import deploy, local
from chalicelib.cli.template_versions import template
from chalicelib.cli.withdrawals import withdrawals
from chalicelib.errors import HabitueError

_DONE, _REFUSED, _WRONG_USAGE = 0, 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Keep regular customers coming back: campaigns, flows, offers and vouchers of one shop.

    Commands speak to the running local stack (`habitue local`), or to the one that HABITUE_URL and HABITUE_API_KEY
    name.
    """


for command in (
    local,
    import_file,
    segment,
    template,
    campaign,
    flow,
    offer,
    voucher,
    report,
    key,
    withdrawals,
    deploy,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command: 0 done, 1 refused or failed, 2 wrong usage."""
    try:
        # What a command ended with by `Exit` is what click returns here; a command itself returns nothing.
        return cli.main(args=arguments, prog_name="habitue", standalone_mode=False) or _DONE
    except click.UsageError as error:
        error.show()
        return _WRONG_USAGE
    except click.Abort:
        click.echo("Stopped.", err=True)
        return _REFUSED
    except HabitueError as error:
        click.echo(f"habitue: {error.message}", err=True)
        for detail in error.details:
            click.echo(f"  {detail.where}: {detail.message}", err=True)
        return _REFUSED
