"""The command line. Each command's module is imported only when it runs, so that `fincc --help` answers at once."""

from __future__ import annotations

import sys
from importlib import import_module

import click

# name → (module, attribute, one line of help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "up": ("fincc.common.cli.platform", "up", "Start everything here: all services and an embedded database."),
    "demo": ("fincc.common.cli.demo", "demo", "Start everything with the bill of a demo company."),
    "source": ("fincc.common.cli.sources", "source", "Add, check, list, change, pause and remove sources of bills."),
    "ingest": ("fincc.common.cli.sources", "ingest", "Bring a source's deliveries in now."),
    "runs": ("fincc.common.cli.sources", "runs", "Show what was ingested, and what went wrong."),
    "cost": ("fincc.common.cli.answers", "cost", "Show costs: `fincc cost teams`."),
    "reconcile": (
        "fincc.common.cli.answers",
        "reconcile",
        "Compare every hop with the bill; exit 1 on any difference.",
    ),
    "export": ("fincc.common.cli.answers", "export", "Write records as a FOCUS file."),
    "hierarchy": ("fincc.common.cli.ownership", "hierarchy", "Import business groups, units and teams."),
    "catalog": ("fincc.common.cli.ownership", "catalog", "Import the service catalog."),
    "rules": ("fincc.common.cli.ownership", "rules", "Test or publish attribution rules."),
    "untagged": ("fincc.common.cli.compliance", "untagged", "List resources that lack a tag the policy asks for."),
    "policy": ("fincc.common.cli.compliance", "policy", "Show, test or publish the tag policy."),
    "cloud": ("fincc.common.cli.compliance", "cloud", "List resources of clouds, to find what was never tagged."),
    "access": ("fincc.common.cli.access", "access", "Give and take roles; explain who may do what, and why."),
    "user": ("fincc.common.cli.access", "user", "List, add, disable and enable users."),
    "token": ("fincc.common.cli.tokens", "token", "Make, list, rotate and delete the own API tokens."),
    "rebuild": ("fincc.common.cli.operations", "rebuild", "Publish again from the archive."),
    "secrets": ("fincc.common.cli.operations", "secrets", "Wrap the secrets of sources with the newest key."),
    "dlq": ("fincc.common.cli.operations", "dlq", "List and replay dead letters."),
    "audit": ("fincc.common.cli.audit", "audit", "Check that the record of changes is whole."),
    "run": ("fincc.common.cli.platform", "run", "Run one service, or all, in the foreground."),
    "migrate": ("fincc.common.cli.platform", "migrate", "Bring database schemas and topics to this version."),
    "check-config": ("fincc.common.cli.platform", "check_config", "Check the settings and what they point to."),
    "targets": ("fincc.common.cli.platform", "targets", "List the services with ports and topics."),
    "keys": (
        "fincc.common.cli.platform",
        "keys",
        "Make keys: the pair services trust each other by, or one of secrets.",
    ),
    "demo-bill": ("fincc.ingestion.demo.command", "demo_bill", "Write the demo company's bill to a folder."),
}


class CannotRun(click.ClickException):
    """Exit 2: the command could not do its work; the message says what to do."""

    exit_code = 2


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        try:
            command: click.Command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            raise CannotRun(
                f"{cmd_name} needs the package of its service, which is not installed here: {error}"
            ) from error
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def cli() -> None:
    """FinOps Command Center: from the bill to what each team spent.

    Commands that ask a running instance use FINCC_URL and FINCC_TOKEN; on the machine and by the user of `fincc up`
    neither is needed. Exit codes: 0 fine, 1 the answer is "no", 2 could not run.
    """


def main() -> None:
    """The exit code is what a command said with `click.exceptions.Exit`, which click returns here instead of raising."""
    try:
        code = cli(standalone_mode=False)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
