"""Make the README's picture from the demonstration: python -m tests.hosts.picture_of_demo

Some days of it, printed by LibreOffice: the top of the contacts beside the Summary. It takes poppler
and ImageMagick, and the fonts fonts-noto-core, fonts-noto-cjk and fonts-noto-color-emoji.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.hosts.libreoffice import convert

PICTURE = Path(__file__).parent.parent / "pictures" / "demo.png"
LARGEST = 150_000  # bytes
DAYS = 7
DPI = "95"
TOP = "2000x616+0+0"  # without the foot of the page
EMOJI = "0x91+0+16"  # six rows below the header: poppler draws no coloured letters


def main() -> None:
    """Make the picture, and say how large it is."""
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder))
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {size:,} bytes")
    sys.exit(size > LARGEST)


def _make(folder: Path) -> None:
    book = folder / "contacts-demo.xlsx"
    home = {**os.environ, "GETCONTACTS_HOME": str(folder / "home")}
    for _ in range(DAYS):
        subprocess.run(
            [sys.executable, "-m", "workbook", "demo", "-q", str(book)], env=home, check=True
        )
    pdf = convert(book, "pdf", folder)
    subprocess.run(["pdftoppm", "-r", DPI, "-png", str(pdf), str(folder / "page")], check=True)
    pages = sorted(folder.glob("page-*.png"))
    PICTURE.parent.mkdir(exist_ok=True)
    parts = [_part(pages[0], "-chop", EMOJI), _part(pages[-1])]
    look = ["-background", "white", "-gravity", "north", "+append", "-bordercolor", "white"]
    small = ["-border", "12", "-colors", "48", "-strip", f"PNG8:{PICTURE}"]
    subprocess.run(["convert", *parts, *look, *small], check=True)


def _part(page: Path, *cut: str) -> str:
    """Cut a page out of its margins."""
    edge = [
        "-trim",
        "+repage",
        *cut,
        "-crop",
        TOP,
        "+repage",
        "-bordercolor",
        "white",
        "-border",
        "12",
    ]
    subprocess.run(["convert", str(page), *edge, str(page)], check=True)
    return str(page)


if __name__ == "__main__":
    main()
