# How the commands of the Makefile speak: one line a step, with its seconds. Sourced by the scripts beside it.

set -eu
cd "$(dirname "$0")/../.."
ROOT=$(pwd -P)
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 PYTHONUNBUFFERED=1
unset PYTHONHOME PYTHONPATH

say() { printf '%s\n' "$*"; }

# fail LINE...: the reason and what to do, then stop.
fail() {
    printf '\n' >&2
    for line in "$@"; do printf '%s\n' "$line" >&2; done
    exit 1
}

# step TITLE COMMAND...: run the command quietly; its output is shown only where it fails.
step() {
    step_title=$1
    shift
    step_start=$(date +%s)
    step_log=$(mktemp "${TMPDIR:-/tmp}/ragportal-step.XXXXXX")
    [ ! -t 1 ] || printf '  %-42s …\r' "$step_title"
    if "$@" >"$step_log" 2>&1; then
        printf '  %-42s %4s s\n' "$step_title" "$(($(date +%s) - step_start))"
        rm -f "$step_log"
        return 0
    else
        step_status=$?
        printf '  %-42s failed after %s s\n' "$step_title" "$(($(date +%s) - step_start))"
        tail -n 200 "$step_log" >&2
        rm -f "$step_log"
        return "$step_status"
    fi
}
