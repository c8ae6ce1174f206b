"""Print the Basic modules that LibreOffice finds in a workbook with macros, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.hosts.uno_desktop import load

# LibreOffice does not detect an .xlam, and reads it when told what it is
document = load(Path(sys.argv[1]), FilterName="Calc MS Excel 2007 VBA XML")
libraries = document.BasicLibraries
found = {
    name: {module: library.getByName(module) for module in library.ElementNames}
    for name in libraries.ElementNames
    for library in [libraries.getByName(name)]
}
print(json.dumps(found))
