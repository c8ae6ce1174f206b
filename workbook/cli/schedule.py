"""The command `schedule`: an export that runs by itself."""

from __future__ import annotations

import os
import shlex

import click

from workbook.accounts.accounts import AccountInfo, known, matching
from workbook.cli import console, options
from workbook.cli.export import export
from workbook.errors import WrongUsage
from workbook.sync import schedule as jobs


@click.command(short_help="Run an export again and again.")
@click.argument("words", nargs=-1)
@click.option("--every", type=options.Age(), default="1h", metavar="AGE", help="30m, 1h, 1d, …")
@click.option("--name", default="export", metavar="NAME", help="What to call it (export).")
@click.option("--install", "installs", is_flag=True, help="Give it to cron or the Task Scheduler.")
@click.option("--remove", "removes", is_flag=True, help="Take it out again.")
def schedule(
    words: tuple[str, ...], every: float, name: str, installs: bool, removes: bool
) -> None:
    """getcontacts schedule --every 1h -- export all.xlsx --all-accounts --update

    Print what systemd, cron or the Task Scheduler of Windows needs to run this export in this
    folder by itself, or give it to them with --install. Nothing but our own lines is changed.
    """
    if removes:
        console.note(jobs.remove(name))
        return
    if words[:1] != ("export",):
        raise WrongUsage("Write the export behind two hyphens: schedule --every 1h -- export …")
    job = jobs.checked(name, every, words)
    used = _used(list(words[1:]))
    if installs:
        jobs.refuse_without_desktop(used)
        console.note(jobs.install(job))
        return
    for line in _printed(job):
        console.say(console.shown(line))


def _printed(job: jobs.Job) -> list[str]:
    if os.name == "nt":
        return [shlex.join(jobs.task_words(job))]
    lines = ["# cron: crontab -e", *jobs.crontab_lines(job)]
    for file, unit in jobs.systemd_units(job).items():
        lines += ["", f"# systemd: ~/.config/systemd/user/{file}", *unit.splitlines()]
    start = f"systemctl --user enable --now getcontacts-{job.name}.timer"
    return [*lines, "", f"# then: {start}"]


def _used(words: list[str]) -> list[AccountInfo]:
    """Return the accounts that an export uses; what is wrong with its words is told here."""
    given = export.make_context("export", words).params
    everybody = known()
    if given["all_accounts"] or given["patterns"]:
        chosen = {each.alias for each in matching(given["patterns"])}
    else:
        alias = given["account"]
        chosen = {each.alias for each in everybody if each.alias == alias or each.default}
        chosen = {alias} if alias in {each.alias for each in everybody} else chosen
    return [each for each in everybody if each.alias in chosen]
