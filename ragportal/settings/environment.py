"""The one place that reads the environment: typed values, and every bad one named in a single start-up error.

A reader never raises: it notes what is wrong and hands back a stand-in, so that the next value is
looked at too. `finish`, the last line of a settings file, raises ImproperlyConfigured with all of them, and names
each RAGPORTAL_ variable that nothing read, as a mistyped name would otherwise be silently without effect.
"""

import difflib
import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar, overload

from django.core.exceptions import ImproperlyConfigured

from ragportal.settings.database_address import DatabaseAddress, database_address

PREFIX = "RAGPORTAL_"
TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")

Value = TypeVar("Value")


class Environment:
    """Typed access to variables; `default` None means the variable is required, except where said otherwise.

    A variable that is set but empty counts as not set. Surrounding white space is dropped.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()
        self._problems: list[str] = []

    def env_str(self, name: str, *, default: str | None = None, choices: Sequence[str] = ()) -> str:
        """The text of `name`; with `choices`, exactly one of them."""
        text = self._text(name)
        if text is None:
            return self._stand_in(name, default, "")
        if choices and text not in choices:
            self._problem(name, f"is {text!r}; allowed: {', '.join(choices)}")
        return text

    def env_bool(self, name: str, *, default: bool | None = None) -> bool:
        """True for 1, true, yes, on; False for 0, false, no, off; upper and lower case alike."""
        text = self._text(name)
        if text is None:
            return self._stand_in(name, default, False)
        if text.lower() not in TRUE_WORDS + FALSE_WORDS:
            self._problem(name, f"is {text!r}; allowed: {', '.join(TRUE_WORDS + FALSE_WORDS)}")
        return text.lower() in TRUE_WORDS

    def env_int(
        self, name: str, *, default: int | None = None, minimum: int | None = None, maximum: int | None = None
    ) -> int:
        """A whole number from `minimum` to `maximum`, both included; underscores may group its digits."""
        text = self._text(name)
        fallback = default if default is not None else minimum or 0
        if text is None:
            return self._stand_in(name, default, fallback)
        try:
            number = int(text)
        except ValueError:
            self._problem(name, f"is {text!r}; allowed: {_range(minimum, maximum)}")
            return fallback
        if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            self._problem(name, f"is {number}; allowed: {_range(minimum, maximum)}")
        return number

    @overload
    def env_path(self, name: str, *, default: Path) -> Path: ...
    @overload
    def env_path(self, name: str, *, default: None) -> Path | None: ...
    def env_path(self, name: str, *, default: Path | None) -> Path | None:
        """An absolute path (`~` is the home folder), or `default`, which may be None: there is none."""
        text = self._text(name)
        if text is None:
            return default
        path = Path(text).expanduser()
        if not path.is_absolute():
            self._problem(name, f"is {text!r}; allowed: an absolute path, as the working folder differs by process")
        return path

    def env_list(self, name: str, *, default: Sequence[str] | None = None) -> list[str]:
        """The parts of a comma-separated text, without white space and empty parts."""
        text = self._text(name)
        if text is None:
            return list(self._stand_in(name, default, ()))
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parts:
            self._problem(name, "holds no value; allowed: values separated by commas")
        return parts

    def env_secret(self, name: str, *, default: str | None = None, minimum_length: int = 1) -> str:
        """A secret from `name`, or from the file that `name`_FILE names (its trailing line break is dropped).

        No message repeats a secret or a part of it.
        """
        file_name = f"{name}_FILE"
        text, file = self._text(name), self._text(file_name)
        if text is not None and file is not None:
            self._problem(name, f"is set beside {file_name}; allowed: one of them")
            return ""
        if file is not None:
            text = self._secret_file(file_name, file)
        if text is None:
            return self._stand_in(name, default, "", also=file_name)
        if text and len(text) < minimum_length:
            self._problem(name, f"has {len(text)} characters; allowed: {minimum_length} or more")
        return text

    def env_database(self, name: str, *, required: bool, beside: str = "") -> DatabaseAddress | None:
        """The address of a PostgreSQL database from `name`, or from the file that `name`_FILE names; else None.

        `beside`: another such variable without which this one means nothing. No message repeats a part of it.
        """
        text = self.env_secret(name, default=None if required else "")
        if not text:
            return None
        if beside and self._text(beside) is None and self._text(f"{beside}_FILE") is None:
            self._problem(name, f"is set, but {beside} is not; allowed: both, or {beside} alone for everything")
        if find_spec("psycopg") is None:
            self._problem(name, "needs the package psycopg: install requirements/production.txt")
        try:
            return database_address(text)
        except ValueError as error:
            self._problem(name, str(error))
            return None

    def finish(self) -> None:
        """Raise ImproperlyConfigured naming every bad value and every RAGPORTAL_ variable that nothing read."""
        problems = self._problems + [self._unknown(name) for name in sorted(self._variables) if self._is_unknown(name)]
        if problems:
            # Once each: Django imports settings that failed a second time.
            lines = "\n".join(f"  {line}" for line in dict.fromkeys(problems))
            raise ImproperlyConfigured(f"The environment does not fit:\n{lines}")

    def _text(self, name: str) -> str | None:
        self._known.add(name)
        return self._variables.get(name, "").strip() or None

    def _problem(self, name: str, what: str) -> None:
        self._problems.append(f"{name} {what}.")

    def _stand_in(self, name: str, default: Value | None, empty: Value, *, also: str = "") -> Value:
        if default is not None:
            return default
        self._problem(name, f"is not set (nor {also}) and has no default" if also else "is not set and has no default")
        return empty

    def _secret_file(self, name: str, path: str) -> str:
        try:
            secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            self._problem(name, f"names {path!r}, which cannot be read: {reason}; allowed: a readable text file")
            return ""
        if not secret:
            self._problem(name, f"names {path!r}, which is empty; allowed: a file that holds the secret")
        return secret

    def _is_unknown(self, name: str) -> bool:
        return name.startswith(PREFIX) and name not in self._known

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, sorted(self._known), n=1)
        hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists them."
        return f"{name} is not a setting here; {hint}"


def _range(minimum: int | None, maximum: int | None) -> str:
    if minimum is not None and maximum is not None:
        return f"a whole number from {minimum} to {maximum}"
    if minimum is not None:
        return f"a whole number of {minimum} or more"
    return "a whole number" if maximum is None else f"a whole number up to {maximum}"


# Settings are one per process, hence this one object. A settings file reads `env.env_str(…)` and ends with
# `env.finish()`.
_process = Environment(os.environ)
env_str = _process.env_str
env_bool = _process.env_bool
env_int = _process.env_int
env_path = _process.env_path
env_list = _process.env_list
env_secret = _process.env_secret
env_database = _process.env_database
finish = _process.finish
