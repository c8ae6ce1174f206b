"""The rooms and the arrows between them, read from the imports (also the late ones)."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from workbook.simulator.simulator import Simulator

ROOT = Path(__file__).parent.parent
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for package in ("workbook", "addin")
    for file in (ROOT / package).rglob("*.py")
}
OFFICE = "addin.calc.office"  # goes to LibreOffice as a package of its own, so it is relative
TREES = {name: ast.parse(file.read_text("utf-8")) for name, file in FILES.items()}

# each room imports only from rooms above it in this list, and from its own
HEADLESS = (
    "errors files contacts accounts merge store green_api sync export ooxml fleet simulator cli"
)
ROOMS = [
    *(f"workbook.{room}" for room in (*HEADLESS.split(), "__main__")),
    *(f"addin.{room}" for room in ("shared", "excel", "calc", "ribbon", "udfs", "commands")),
]

# who decides does not read, write or call: {pure room}
PURE = (
    "workbook.contacts workbook.merge workbook.sync.guard workbook.green_api.protocol "
    "workbook.green_api.contacts_stream workbook.green_api.other_methods"
)
INPUT_AND_OUTPUT = (
    "os io socket ssl sqlite3 tempfile subprocess shutil urllib.request http requests urllib3 "
    "keyring workbook.accounts.settings workbook.store.database workbook.files workbook.store.exported_files workbook.export.output_file "
    "workbook.accounts.credentials workbook.accounts.system_keyring workbook.store.snapshots "
    "workbook.green_api.client workbook.green_api.http workbook.green_api.transport"
)

# a library is known to one room: {library: rooms}
HOMES = {
    "requests": "workbook.green_api.transport workbook.green_api.http workbook.sync.doctor",
    "urllib3": "workbook.green_api.transport workbook.green_api.http",
    "truststore": "workbook.green_api.transport",
    "stamina": "workbook.green_api.client",
    "keyring": "workbook.accounts.system_keyring",
    "platformdirs": "workbook.accounts.settings",
    "phonenumbers": "workbook.contacts.phone_numbers",
    "vobject": "workbook.export.vcard",
    "isal": "workbook.contacts.packing workbook.export.deflate",
    "lxml": "workbook.ooxml addin.excel.addin_info addin.excel.xlam",
    "openpyxl": "workbook.export workbook.ooxml addin.excel.xlam",
    "click": "workbook.cli addin.commands",
    "rich": "workbook.cli",
    **dict.fromkeys(("dask", "distributed", "fsspec", "botocore", "pyarrow"), "workbook.fleet"),
    "xlwings": "addin.excel addin.calc addin.ribbon addin.udfs",
}
HEAVY = (
    "keyring lxml openpyxl phonenumbers requests rich stamina vobject xlwings sqlite3 "
    "dask distributed fsspec pyarrow"
)

PRINTERS = "workbook.cli addin.commands"
# catch all: whoever waits for the thread, or hears the answer, raises it again; and a document of
# LibreOffice's that was closed meanwhile raises many things
HANDED_ON = (
    "workbook.sync.workers addin.calc.office.talk addin.calc.office.formulas "
    "addin.calc.office.document"
)
EDGES = "workbook.cli.edge workbook.fleet.task addin.excel.udfs addin.excel.ribbon"


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, (OFFICE if node.level else "", node.module)))
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield module if module in FILES and whole not in FILES else whole


ARROWS = {name: set(imported(tree)) for name, tree in TREES.items()}


def inside(name: str, rooms: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms.split())


def test_all_of_it_was_read() -> None:
    assert {"workbook.sync.latest", "workbook.green_api.client", "addin.excel.udfs"} <= FILES.keys()
    assert "workbook.green_api.client" in ARROWS["workbook.sync.latest"], "late imports, too"


def room_of(name: str) -> int:
    """Return the place of a module's room in the list, -1 of one that is not in a room yet."""
    return next((at for at, room in enumerate(ROOMS) if inside(name, room)), -1)


@pytest.mark.parametrize("room", ROOMS)
def test_no_arrow_runs_to_a_room_below(room: str) -> None:
    below = {
        f"{name} -> {other}"
        for name, others in ARROWS.items()
        for other in others
        if inside(name, room) and room_of(other) > room_of(name)
    }
    assert below == set()


def test_the_headless_part_knows_no_spreadsheet_program() -> None:
    assert {name for name in users("xlwings addin") if inside(name, "workbook")} == set()


def users(rooms: str) -> set[str]:
    """Return who imports something of these rooms from outside of them."""
    return {
        name
        for name, others in ARROWS.items()
        if not inside(name, rooms) and any(inside(other, rooms) for other in others)
    }


def test_imports_are_absolute_but_for_what_goes_to_libreoffice() -> None:
    relative = {
        name
        for name, tree in TREES.items()
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))
    }
    assert {name for name in relative if not inside(name, OFFICE)} == set()


def test_the_office_side_needs_the_standard_library_and_uno_alone() -> None:
    beside = {"uno", "unohelper", "com", "org", "addin"}
    needed = {
        f"{name} -> {other}"
        for name, others in ARROWS.items()
        for other in others
        if inside(name, OFFICE) and other.partition(".")[0] not in sys.stdlib_module_names | beside
    }
    assert needed == set()
    assert users(OFFICE) == set(), "nobody on our side has uno"


def test_nobody_builds_on_the_command_line() -> None:
    assert users("workbook.cli") == {"workbook.__main__"}


def test_the_simulator_is_for_the_demo_and_for_playing() -> None:
    demo = {"workbook.cli.demo", "workbook.cli.demo_many"}
    assert users("workbook.simulator") == demo | {"workbook.cli.simulate"}


def test_only_the_room_of_the_service_knows_its_sockets() -> None:
    sockets = (
        "workbook.green_api.transport workbook.green_api.http workbook.green_api.contacts_stream"
    )
    assert users(sockets) <= {"workbook.green_api.client", "workbook.sync.doctor"}


@pytest.mark.parametrize("room", PURE.split())
def test_what_decides_neither_reads_nor_writes(room: str) -> None:
    inner = {name: others for name, others in ARROWS.items() if inside(name, room)}
    assert inner, "else the list is out of date"
    assert {
        f"{name} -> {other}"
        for name, others in inner.items()
        for other in others
        if inside(other, INPUT_AND_OUTPUT)
    } == set()


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_known_to_one_room(library: str) -> None:
    known = users(library)
    assert {name for name in known if not inside(name, HOMES[library])} == set()
    assert known, "else the table is out of date"


def test_nothing_of_xlwings_pro_is_used() -> None:
    assert users("xlwings.pro") == set()


def test_there_is_no_circle() -> None:
    ours = {name: {other for other in others if other in FILES} for name, others in ARROWS.items()}
    assert len(list(TopologicalSorter(ours).static_order())) == len(FILES)


def says_something(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called in ("print", "click.echo", "click.secho") or called.startswith(
        ("sys.stdout.", "sys.stderr.")
    )


def test_only_the_command_line_prints() -> None:
    printers = {name for name, tree in TREES.items() if any(map(says_something, ast.walk(tree)))}
    assert {name for name in printers if not inside(name, PRINTERS)} == set()
    assert "workbook.cli.console" in printers


def swallows_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = ast.unparse(node.type) if node.type else "BaseException"
    broad = "Exception" in caught.replace("BaseException", "Exception").strip("()").split(", ")
    return broad and ast.unparse(node.body[-1]) != "raise"


def test_only_the_four_edges_catch_everything() -> None:
    swallowing = {
        name for name, tree in TREES.items() if any(map(swallows_everything, ast.walk(tree)))
    }
    assert swallowing == {*EDGES.split(), *HANDED_ON.split()}


def test_each_module_says_its_job() -> None:
    jobs = {name: ast.get_docstring(tree) or "" for name, tree in TREES.items()}
    assert [name for name, job in jobs.items() if len(job.partition("\n")[0]) < 20] == []


def test_the_command_starts_without_anything_heavy() -> None:
    code = "import sys, workbook.cli; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(HEAVY.split()) & set(run.stdout.split()) == set()


@pytest.mark.parametrize("words", ["--version", "export -q contacts.xlsx"])
def test_a_run_loads_no_library_that_it_does_not_use(words: str, tmp_path: Path) -> None:
    code = f"""
import atexit, sys
atexit.register(lambda: print(*sys.modules))
sys.argv = {["getcontacts", *words.split()]}
from workbook.__main__ import main
main()"""
    with Simulator(rate=0) as service:
        account = {
            "GREEN_API_URL": service.api_url,
            "GREEN_API_ID_INSTANCE": service.id_instance,
            "GREEN_API_TOKEN_INSTANCE": service.token,
            "PYTHONPATH": str(ROOT),
        }
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, **account},
            capture_output=True,
            text=True,
            check=True,
        )
    used = {"requests", "openpyxl", "lxml", "sqlite3"} if "export" in words else set()
    assert set(HEAVY.split()) & set(run.stdout.split()) == used
    assert (tmp_path / "contacts.xlsx").exists() == bool(used)


def test_who_asks_nobody_loads_nothing_to_ask_with() -> None:
    code = "import sys, workbook.cli.export, workbook.cli.members; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"requests", "lxml", "openpyxl"} & set(run.stdout.split()) == set()


def test_excels_way_into_a_table_starts_without_the_libraries_for_files() -> None:
    merge = [name for name in FILES if inside(name, "workbook.merge addin.shared.undo")]
    code = f"import sys, {', '.join(merge)}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"lxml", "openpyxl"} & set(run.stdout.split()) == set()


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.skip("not a checkout: who knows what was put here")
    top = {Path(line).parts[0] for line in run.stdout.splitlines()}
    allowed = {"addin", "workbook", "tests", "pyproject.toml", "README.md", "LICENSE"}
    assert {name for name in top if not name.startswith(".")} <= allowed
