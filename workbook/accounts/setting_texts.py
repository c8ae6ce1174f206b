"""The settings as texts: what each means, which values it takes, and a text made into a value."""

from __future__ import annotations

from difflib import get_close_matches

import msgspec
from msgspec import inspect

from workbook.accounts.settings import Settings
from workbook.errors import WrongUsage

_BY_COMMAND = {
    "default": "The default is chosen by: getcontacts accounts --default A",
    "accounts": "Accounts are added and removed by: getcontacts login, getcontacts logout",
}
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


class Setting(msgspec.Struct, frozen=True):
    """One setting: its name, its meaning, the values it takes in words, and its default."""

    name: str
    meaning: str
    values: str
    default: object
    kind: inspect.Type


def _described(field: inspect.Field) -> Setting:
    schema: dict[str, object] = {}
    kind = field.type
    if isinstance(kind, inspect.Metadata):
        schema, kind = kind.extra_json_schema or {}, kind.type
    default = field.default if field.default is not msgspec.NODEFAULT else []
    return Setting(field.name, str(schema.get("description", "")), _values(kind), default, kind)


def _values(kind: inspect.Type) -> str:
    match kind:
        case inspect.BoolType():
            return "yes or no"
        case inspect.LiteralType(values=values):
            return f"{', '.join(map(str, values[:-1]))} or {values[-1]}"
        case inspect.IntType(ge=low, le=high) | inspect.FloatType(ge=low, le=high):
            return f"a number from {low} to {high}" if high is not None else f"{low} or more"
        case inspect.ListType():
            return "several, with commas between them"
        case inspect.StrType(pattern=None):
            return "basic, full, or titles such as id,name,phone"
    return "two letters such as DE"


def every() -> list[Setting]:
    """Return all settings that have no command of their own, in the order of the file."""
    shape = inspect.type_info(Settings)
    assert isinstance(shape, inspect.StructType)
    return [_described(field) for field in shape.fields if field.name not in _BY_COMMAND]


def setting(name: str) -> Setting:
    """Return the setting of this name. Raises WrongUsage, which names the nearest one."""
    known = {each.name: each for each in every()}
    wanted = name.strip().replace("-", "_").casefold()
    if wanted in known:
        return known[wanted]
    raise WrongUsage(_BY_COMMAND.get(wanted) or unknown(name))


def unknown(name: str) -> str:
    """Return the sentence for a name that is no setting."""
    known = [each.name for each in every()]
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
    return f'There is no setting "{name:.64}". {hint}'


def value_of(wanted: Setting, text: str) -> object:
    """Return what a text means as the value of a setting. Raises WrongUsage."""
    given: object = text.strip()
    if isinstance(wanted.kind, inspect.ListType):
        given = [each.strip() for each in text.split(",") if each.strip()]
    elif isinstance(wanted.kind, inspect.BoolType):
        given = True if text.casefold() in _YES else False if text.casefold() in _NO else text
    try:
        read = msgspec.convert({wanted.name: given}, Settings, strict=False)
        return getattr(read, wanted.name)
    except msgspec.ValidationError:
        pass
    near = _nearest(wanted.kind, text)
    raise WrongUsage(f'{wanted.name} cannot be "{text:.64}"; it takes {wanted.values}.{near}')


def _nearest(kind: inspect.Type, text: str) -> str:
    if not isinstance(kind, inspect.LiteralType):
        return ""
    near = get_close_matches(text.casefold(), [str(each) for each in kind.values], n=1)
    return f" Did you mean {near[0]}?" if near else ""


def shown(value: object) -> str:
    """Return a value as it is typed."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ",".join(map(str, value))
        case float():
            return f"{value:g}"
    return str(value)
