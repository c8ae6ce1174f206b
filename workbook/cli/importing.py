"""The command `accounts import`: many accounts from a file, or from a partner's list."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from workbook.accounts import credentials, importing, settings
from workbook.accounts.importing import Import, Offered
from workbook.cli import console, options, streams
from workbook.errors import WrongUsage
from workbook.merge.remarks import some

NAMED = 20  # aliases in a sentence


@click.command("import", short_help="Keep many accounts at once.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--partner", is_flag=True, help="Ask GREEN-API for all instances of a partner.")
@click.option("--partner-url", default="", metavar="URL", help="The partnerApiUrl of the console.")
@click.option("--stdin", is_flag=True, help="Read the partner token as a line.")
@click.option("--plain-file", is_flag=True, help="Keep the tokens in a file, not in the keyring.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be kept.")
@options.as_json
@options.ca_bundle
@options.verbose
def import_command(
    file: Path | None, partner: bool, partner_url: str, stdin: bool, plain_file: bool,
    dry_run: bool, as_json: bool, ca_bundle: Path | None, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts accounts import accounts.csv

    Keep the accounts of FILE (columns alias, apiUrl, idInstance, apiTokenInstance) or, with
    --partner, all instances of a partner that are neither deleted nor expired.

    A second import renews tokens and adds what is new; it deletes nobody. The partner token is
    asked for and never kept.
    """
    console.talk(verbose)
    if partner == (file is not None):
        raise WrongUsage("Name a file of accounts, or give --partner; not both.")
    skipped: dict[str, int] = {}
    if file is not None:
        offered = importing.in_file(file)
    else:
        offered, skipped = _of_partner(partner_url, stdin, ca_bundle)
    found = importing.planned(offered, settings.load().accounts)
    where = ""
    if not dry_run and found.accounts:
        where = importing.keep(found, plain_file=plain_file)
    if as_json:
        console.say_json({**_facts(found, where), "skipped": skipped, "dry_run": dry_run})
        return
    for sentence in _sentences(found, skipped, where):
        console.note(sentence)
    if file is not None and where:
        console.note(f"{file} still holds the tokens; delete it, or keep it where nobody reads it.")


def _of_partner(
    url: str, stdin: bool, ca_bundle: Path | None
) -> tuple[list[Offered], dict[str, int]]:
    from workbook.green_api import partner

    if stdin:
        token = (sys.stdin.readline(4096) if sys.stdin else "").strip()
    elif streams.is_terminal(sys.stdin):
        token = click.prompt("partnerToken (not shown)", hide_input=True, err=True)
    else:
        raise WrongUsage("There is no terminal to ask at; give the partner token and --stdin.")
    offered, skipped = partner.instances(token, url, ca_bundle=ca_bundle)
    return offered, dict(skipped)


def _facts(found: Import, where: str) -> dict[str, object]:
    return {
        "new": [each.alias for each in found.new],
        "known": [each.alias for each in found.known],
        "where": where,
    }


def _sentences(found: Import, skipped: dict[str, int], where: str) -> Iterator[str]:
    verbs = ("kept", "renewed") if where else ("would be kept", "would be renewed")
    for those, verb in zip((found.new, found.known), verbs, strict=True):
        if those:
            count = "1 account" if len(those) == 1 else f"{len(those):,} accounts"
            yield f"{count} {verb}: {some((each.alias for each in those), NAMED)}."
    if skipped:
        yield f"Left out: {', '.join(f'{count:,} {why}' for why, count in skipped.items())}."
    if not found.accounts:
        yield "No account was found."
    if where == credentials.KEYRING:
        yield f"The tokens are in the system's keyring ({credentials.keyring_name()})."
    elif where:
        yield f"The tokens are in {where}, which only you can read."
