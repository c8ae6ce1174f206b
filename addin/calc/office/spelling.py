"""Formulas as Calc spells them, and as Excel does, which is how the other side reads them.

They differ in references to other sheets ($Sheet2.B3, Sheet2!B3) and in where two ranges meet
(A1:B2!B1:C3, A1:B2 B1:C3). A sheet that moves with its formula becomes a fixed one.
"""

from __future__ import annotations

import re
from typing import Match

QUOTED = r"'(?:[^']|'')*'"
LITERAL = r'"(?:[^"]|"")*"|\#(?:N/A|DIV/0!|[A-Z_]+[!?])'  # a text or an error
REFERENCE = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.(])|\$?[A-Za-z]{1,3}:|\$?[0-9]{1,7}:"
OF_CALC = re.compile(
    rf"(?<![\w.])\$?(?P<sheet>{QUOTED}|\w+)\.(?={REFERENCE})"
    rf"|(?P<kept>{LITERAL}|{QUOTED})|(?P<meet>\s*!\s*)"
)
OF_EXCEL = re.compile(
    rf"(?P<kept>{LITERAL})|(?P<sheet>{QUOTED}|[\w.]+)!"
    rf"|(?P<quoted>{QUOTED})|(?P<meet>(?<=[\w)])\s+(?=[\w$('#]))"
)


def excels(formula: str) -> str:
    """Return a formula of Calc's as Excel spells it."""
    return OF_CALC.sub(lambda found: _spelled(found, "", "!", " "), formula)


def calcs(formula: str) -> str:
    """Return what `excels` gave, maybe moved, as Calc spells it."""
    return OF_EXCEL.sub(lambda found: _spelled(found, "$", ".", "!"), formula)


def _spelled(found: Match[str], before: str, after: str, meet: str) -> str:
    if found["sheet"]:
        return f"{before}{found['sheet']}{after}"
    return meet if found["meet"] else found[0]
