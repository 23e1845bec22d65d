# Every check that runs no test. All of them run, so that one look shows everything there is to mend.

. "$(dirname "$0")/words.sh"

broken=
check() { step "$@" || broken=yes; }

check "Style" .venv/bin/ruff check --quiet .
check "Format" .venv/bin/ruff format --quiet --check .
check "Types" .venv/bin/python -m mypy
check "Import rule" .venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
check "Migrations" .venv/bin/python manage.py makemigrations --check --dry-run --settings ragportal.settings.test
check "Django's checks" .venv/bin/python manage.py check --fail-level WARNING

[ -z "$broken" ] || fail "Something above is to be mended. (Style and format mend themselves: .venv/bin/ruff check --fix . ; .venv/bin/ruff format .)"
