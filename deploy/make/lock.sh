# Renew requirements/*.txt from *.in: hashes, all platforms, Python 3.11 and later. ARGS=--upgrade takes newer versions.

. "$(dirname "$0")/words.sh"

cd requirements
[ -z "${PIP_INDEX_URL:-}" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"
# base first: the other two are bound to its versions.
for name in base production dev; do
    # shellcheck disable=SC2086 # ARGS is a list of words
    step "requirements/$name.txt" ../.venv/bin/uv pip compile --quiet --universal --generate-hashes --fork-strategy fewest \
        --python-version 3.11 --no-emit-index-url --no-header ${ARGS:-} "$name.in" -o "$name.txt"
done
