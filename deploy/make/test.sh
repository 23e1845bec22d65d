# Everything a change must pass, with the minutes of each part at the end. BROWSER=no leaves the browser tests out.
#
# The tests run on SQLite, then on PostgreSQL: on the server of DATABASE_URL where that is set, else on the one that
# `make services` starts. Where no server can be had, that part is skipped and said so; where CI is set, it fails.

. "$(dirname "$0")/words.sh"

minutes=
started=
finish() {
    [ -z "$started" ] || sh deploy/make/postgresql.sh stop || true
    say "$minutes"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
part() {
    part_title=$1
    shift
    part_start=$(date +%s)
    "$@"
    part_seconds=$(($(date +%s) - part_start))
    note "$part_title" "$(printf '%d min %02d s' $((part_seconds / 60)) $((part_seconds % 60)))"
}
note() {
    minutes="$minutes
  $(printf '%-42s %s' "$1" "$2")"
}

tests() { .venv/bin/python -m pytest -q -n 2 --dist worksteal -m "$selected" "$@"; }

# From here on the tests run on PostgreSQL. A server that ran before is left running.
find_server() {
    if [ -n "$given$given_file" ]; then
        export DATABASE_URL="$given" DATABASE_URL_FILE="$given_file"
        export LEDGER_DATABASE_URL="$given_ledger" LEDGER_DATABASE_URL_FILE="$given_ledger_file"
        return
    fi
    sh deploy/make/postgresql.sh url >/dev/null 2>&1 || started=yes
    sh deploy/make/postgresql.sh start || return 1
    DATABASE_URL=$(sh deploy/make/postgresql.sh url)
    export DATABASE_URL
}

# Everything but the second run of the tests uses files.
given=${DATABASE_URL:-} given_file=${DATABASE_URL_FILE:-}
given_ledger=${LEDGER_DATABASE_URL:-} given_ledger_file=${LEDGER_DATABASE_URL_FILE:-}
unset DATABASE_URL DATABASE_URL_FILE LEDGER_DATABASE_URL LEDGER_DATABASE_URL_FILE

selected=
[ "${BROWSER:-yes}" = yes ] || selected="not browser"

part "Installation" sh deploy/make/environment.sh dev
part "Model" sh deploy/make/model.sh
[ -n "$selected" ] || part "Browser" sh deploy/make/browser.sh
part "Lint" sh deploy/make/lint.sh
part "Tests on SQLite" tests --cov --cov-report=term
if find_server; then
    part "Tests on PostgreSQL" tests
elif [ -n "${CI:-}" ]; then
    fail "The tests on PostgreSQL did not run; the reason stands above. A build server needs them."
else
    note "Tests on PostgreSQL" "skipped: there is no server, the reason stands above"
fi
