"""Each reader of the environment: what it accepts, what it says about the rest, and that no secret is repeated."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ragportal.settings.environment import Environment

NAME = "RAGPORTAL_THING"
SECRET = "hunter2-hunter2"


def problems(environment: Environment) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.finish()
    return str(caught.value)


@pytest.mark.parametrize(
    ("reader", "text", "options", "expected"),
    [
        ("env_str", " plain ", {}, "plain"),
        ("env_str", "INFO", {"choices": ("INFO", "ERROR")}, "INFO"),
        ("env_str", None, {"default": ""}, ""),
        ("env_str", "", {"default": "fallback"}, "fallback"),
        ("env_bool", "1", {}, True),
        ("env_bool", "TRUE", {}, True),
        ("env_bool", "yes", {}, True),
        ("env_bool", "on", {}, True),
        ("env_bool", "0", {}, False),
        ("env_bool", "False", {}, False),
        ("env_bool", "no", {"default": True}, False),
        ("env_bool", None, {"default": False}, False),
        ("env_int", "5", {}, 5),
        ("env_int", "0", {"minimum": 0, "maximum": 1}, 0),
        ("env_int", "1", {"minimum": 0, "maximum": 1}, 1),
        ("env_int", "1_000", {"minimum": 1}, 1000),
        ("env_int", None, {"default": 0, "minimum": 0}, 0),
        ("env_path", "/srv/data", {"default": None}, Path("/srv/data")),
        ("env_path", None, {"default": Path("/var/lib")}, Path("/var/lib")),
        ("env_path", None, {"default": None}, None),
        ("env_list", "a, b,,c ", {}, ["a", "b", "c"]),
        ("env_list", None, {"default": ["x"]}, ["x"]),
        ("env_list", None, {"default": ()}, []),
        ("env_secret", SECRET, {"minimum_length": len(SECRET)}, SECRET),
        ("env_secret", None, {"default": ""}, ""),
    ],
)
def test_good_values(reader, text, options, expected):
    environment = Environment({} if text is None else {NAME: text})
    assert getattr(environment, reader)(NAME, **options) == expected
    environment.finish()


@pytest.mark.parametrize(
    ("reader", "text", "options", "said"),
    [
        ("env_str", None, {}, "is not set and has no default"),
        ("env_str", "LOUD", {"choices": ("INFO", "ERROR")}, "is 'LOUD'; allowed: INFO, ERROR"),
        ("env_bool", "maybe", {"default": True}, "is 'maybe'; allowed: 1, true, yes, on, 0, false, no, off"),
        ("env_bool", None, {}, "is not set and has no default"),
        ("env_int", "many", {"minimum": 1, "maximum": 9}, "is 'many'; allowed: a whole number from 1 to 9"),
        ("env_int", "0", {"minimum": 1, "maximum": 9}, "is 0; allowed: a whole number from 1 to 9"),
        ("env_int", "10", {"minimum": 1, "maximum": 9}, "is 10; allowed: a whole number from 1 to 9"),
        ("env_int", "0", {"minimum": 1}, "is 0; allowed: a whole number of 1 or more"),
        ("env_int", "10", {"maximum": 9}, "is 10; allowed: a whole number up to 9"),
        ("env_int", "1.5", {}, "is '1.5'; allowed: a whole number"),
        ("env_path", "data", {"default": None}, "is 'data'; allowed: an absolute path"),
        ("env_list", None, {}, "is not set and has no default"),
        ("env_list", " , ,", {}, "holds no value"),
        ("env_secret", None, {}, f"is not set (nor {NAME}_FILE) and has no default"),
    ],
)
def test_bad_values_are_named_with_what_is_allowed(reader, text, options, said):
    environment = Environment({} if text is None else {NAME: text})
    getattr(environment, reader)(NAME, **options)
    assert f"{NAME} {said}" in problems(environment)


def test_all_bad_values_are_named_at_once():
    environment = Environment({"RAGPORTAL_A": "x", "RAGPORTAL_B": "y"})
    environment.env_int("RAGPORTAL_A")
    environment.env_bool("RAGPORTAL_B")
    environment.env_str("RAGPORTAL_C")
    said = problems(environment)
    assert [name in said for name in ("RAGPORTAL_A", "RAGPORTAL_B", "RAGPORTAL_C")] == [True] * 3


def test_a_home_folder_is_spelled_out():
    path = Environment({NAME: "~/data"}).env_path(NAME, default=None)
    assert path == Path.home() / "data"


class TestSecret:
    def test_comes_from_a_file_without_its_line_break(self, tmp_path):
        (tmp_path / "secret").write_text(f"{SECRET}\n")
        environment = Environment({f"{NAME}_FILE": str(tmp_path / "secret")})
        assert environment.env_secret(NAME) == SECRET
        environment.finish()

    def test_value_and_file_together_are_refused(self, tmp_path):
        (tmp_path / "secret").write_text(SECRET)
        environment = Environment({NAME: SECRET, f"{NAME}_FILE": str(tmp_path / "secret")})
        assert environment.env_secret(NAME) == ""
        assert f"{NAME} is set beside {NAME}_FILE" in problems(environment)

    @pytest.mark.parametrize(
        ("content", "said"),
        [(None, "cannot be read: No such file"), (b"", "is empty"), (b"\xff\xfe", "it is not UTF-8 text")],
    )
    def test_an_unusable_file_is_named(self, tmp_path, content, said):
        file = tmp_path / "secret"
        if content is not None:
            file.write_bytes(content)
        environment = Environment({f"{NAME}_FILE": str(file)})
        assert environment.env_secret(NAME, default="never used") == ""
        assert said in problems(environment)

    def test_is_never_repeated(self, tmp_path):
        (tmp_path / "secret").write_text(SECRET)
        for variables in (
            {NAME: SECRET},
            {f"{NAME}_FILE": str(tmp_path / "secret")},
            {NAME: SECRET, f"{NAME}_FILE": "/nowhere"},
        ):
            environment = Environment(variables)
            environment.env_secret(NAME, minimum_length=1000)
            said = problems(environment)
            assert NAME in said
            assert SECRET[:4] not in said


class TestUnknownNames:
    def test_a_mistyped_name_is_named_with_the_nearest(self):
        environment = Environment({"RAGPORTAL_THNIG": "1"})
        environment.env_int(NAME, default=2)
        assert f"RAGPORTAL_THNIG is not a setting here; did you mean {NAME}?" in problems(environment)

    def test_a_name_like_no_other_points_to_the_list(self):
        assert "docs/settings.md" in problems(Environment({"RAGPORTAL_0": "1"}))

    def test_its_value_is_not_repeated(self):
        assert SECRET not in problems(Environment({"RAGPORTAL_SECRT": SECRET}))

    def test_variables_of_others_are_none_of_our_business(self):
        Environment({"PATH": "/bin", "LANG": "C"}).finish()
