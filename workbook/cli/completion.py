"""The command `completion`: what a shell needs to complete our commands and options."""

from __future__ import annotations

import os

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from workbook.cli import COMPLETE, console
from workbook.files.shell import Shell, word

_POWERSHELL = """
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $line, $at)
    $env:%(complete_var)s = 'powershell_complete'
    $env:COMP_WORDS, $env:COMP_WORD = $line.ToString(), $word
    & $line.CommandElements[0].Value | ForEach-Object {
        $text, $help = $_ -split "`t", 2
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $help)
    }
    Remove-Item Env:%(complete_var)s, Env:COMP_WORDS, Env:COMP_WORD -ErrorAction SilentlyContinue
}
"""


@add_completion_class
class PowerShell(ShellComplete):
    """How PowerShell hands over a line and takes what may stand at its end."""

    name = "powershell"
    source_template = _POWERSHELL.strip()

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is typed, and what of that is there."""
        begun = os.environ["COMP_WORD"]
        words = split_arg_string(os.environ["COMP_WORDS"])[1:]
        return (words[:-1] if begun else words), begun

    def format_completion(self, item: CompletionItem) -> str:
        """Return one completion as PowerShell types it, and what it tells of it."""
        return f"{word(item.value, Shell.POWERSHELL)}\t{item.help or item.value}"


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
def completion(shell: str) -> None:
    """eval "$(getcontacts completion bash)"

    Print what makes the shell complete getcontacts' commands, options, accounts and settings. In
    PowerShell: getcontacts completion powershell | Out-String | Invoke-Expression
    """
    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    assert kind is not None
    console.say(kind(root, {}, "getcontacts", COMPLETE).source())
