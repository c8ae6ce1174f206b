"""What is installed with us on this system, and the licence that its makers declare."""

from __future__ import annotations

import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))
RUNTIME = [Requirement(each) for each in PROJECT["project"]["dependencies"]]


def installed() -> dict[str, Distribution]:
    """Return everything that is installed with us on this system, by its name."""
    found: dict[str, Distribution] = {}
    waiting = [each.name for each in RUNTIME]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found[name] = distribution(name)
            needs = map(Requirement, found[name].requires or ())
            waiting += [each.name for each in needs if not each.marker or here(each)]
    return found


def here(need: Requirement) -> bool:
    assert need.marker is not None
    return need.marker.evaluate({"extra": ""})


def is_installed(name: str) -> bool:
    """Tell whether a part that not every system takes is here."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def licence(name: str) -> str:
    """Return the licence as its makers declare it, else the head of the text that they enclose."""
    about = distribution(name).metadata
    classifiers = [
        each.rpartition("::")[2].strip()
        for each in about.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    expression, *_ = about.get_all("License-Expression") or [""]
    text, *_ = about.get_all("License") or [""]
    return expression or " / ".join(classifiers) or text.partition("\n")[0] or _enclosed(name)


def _enclosed(name: str) -> str:
    files = distribution(name).files or []
    texts = (each.read_text("utf-8") for each in files if each.name.startswith("LICENSE"))
    return " ".join(next(texts, "").split()[:4])
