# Everything a change must pass, with the minutes of each part at the end. BROWSER=no leaves the browser tests out.

. "$(dirname "$0")/words.sh"

minutes=
trap 'say "$minutes"' EXIT
part() {
    part_title=$1
    shift
    part_start=$(date +%s)
    "$@"
    part_seconds=$(($(date +%s) - part_start))
    minutes="$minutes
  $(printf '%-42s %d min %02d s' "$part_title" $((part_seconds / 60)) $((part_seconds % 60)))"
}

selected=
[ "${BROWSER:-yes}" = yes ] || selected="not browser"

part "Installation" sh deploy/make/environment.sh dev
part "Model" sh deploy/make/model.sh
[ -n "$selected" ] || part "Browser" sh deploy/make/browser.sh
part "Lint" sh deploy/make/lint.sh
part "Tests" .venv/bin/python -m pytest -q -n 2 --dist worksteal -m "$selected" --cov --cov-report=term
