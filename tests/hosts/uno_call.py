"""Call functions of an add-in file in LibreOffice, and print what each returned, as JSON.

A module that does not compile returns nothing at all. Arguments: file, library.module, functions.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.hosts.uno_desktop import load

ADDRESS = "vnd.sun.star.script:{}.{}?language=Basic&location=document"


def called(provider: Any, function: str) -> object:
    result, _, _ = provider.getScript(ADDRESS.format(sys.argv[2], function)).invoke((), (), ())
    return result


document = load(Path(sys.argv[1]), FilterName="Calc MS Excel 2007 VBA XML")
scripts = document.getScriptProvider()
print(json.dumps({function: called(scripts, function) for function in sys.argv[3:]}))
