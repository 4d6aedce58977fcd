"""settings.toml, overridden by SEGUE_<SECTION>__<KEY>, validated and frozen.

pydantic-settings reads such a file and such an environment too, but passes over a variable whose section it does
not know; here a misspelt SEGUE_SERVR__PORT stops the start like every other unknown name.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from app.settings.models import Settings
from strategies.errors import ConfigurationError

PREFIX = "SEGUE_"
FILE_VARIABLE = "SEGUE_SETTINGS"
DEFAULT_FILE = Path("settings.toml")


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a file (SEGUE_SETTINGS, or settings.toml here) under those of the environment.

    Raises:
        ConfigurationError: The file cannot be read, or a section, a key or a value is not valid.
    """
    file = Path(environment.get(FILE_VARIABLE) or DEFAULT_FILE)
    values = _read(file)
    for variable, text in sorted(environment.items()):
        if variable.startswith(PREFIX) and variable != FILE_VARIABLE:
            _override(values, variable, text)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _explained(error, file) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"there is no settings file {file}; start where settings.toml is, or name one in {FILE_VARIABLE}"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:  # the last: deep nesting
        raise ConfigurationError(f"the settings file {file} cannot be read: {error}") from error


def _override(values: dict[str, Any], variable: str, text: str) -> None:
    section, _, key = variable.removeprefix(PREFIX).lower().partition("__")
    field = Settings.model_fields.get(section)
    if field is None:
        raise ConfigurationError.unknown("section", section, Settings.model_fields, f"the variable {variable}")
    is_table = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    if is_table and not key:
        raise ConfigurationError(f"the variable {variable} names a section without a key: write {variable}__<KEY>")
    value: Any = text
    if not is_table:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"the variable {variable} must hold JSON: {error}") from error
    if key:
        table = values.setdefault(section, {})
        if not isinstance(table, dict):
            raise ConfigurationError(f"the variable {variable} names a key, but '{section}' is a list")
        table[key] = value
    else:
        values[section] = value


def _explained(error: ValidationError, file: Path) -> ConfigurationError:
    found = error.errors()[0]
    path = [str(part) for part in found["loc"]]
    where = f"{file} or the environment"
    if found["type"] == "extra_forbidden":
        if len(path) == 1:
            return ConfigurationError.unknown("section", path[0], Settings.model_fields, where)
        section = Settings.model_fields[path[0]].annotation
        (entry,) = get_args(section) or (section,)  # a list of tables is described by its entry
        valid = entry.model_fields if isinstance(entry, type) and issubclass(entry, BaseModel) else {}
        return ConfigurationError.unknown("key", path[-1], valid, f"[{path[0]}] of {where}")
    message = found["msg"].removeprefix("Value error, ")
    return ConfigurationError(f"setting {'.'.join(path)} in {where}: {message}; got {found['input']!r}")
