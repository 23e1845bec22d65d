# Make .venv hold exactly what a lock file names: environment.sh base | dev
#
# A stamp in .venv says which lock was installed, for which folder. It is written after the last package, so an
# interrupted installation is done again; a moved or broken .venv is made anew. A company's package mirror is
# pip's own setting (PIP_INDEX_URL or pip.conf).

. "$(dirname "$0")/words.sh"

wanted=$1
python=.venv/bin/python

lock_sum() {
    "$python" - "$ROOT" "$@" <<'PYTHON'
import hashlib, pathlib, sys
print(hashlib.sha256(b"\0".join([sys.argv[1].encode(), *(pathlib.Path(name).read_bytes() for name in sys.argv[2:])])).hexdigest())
PYTHON
}

# The first Python from 3.11 to 3.14 that can make a virtual environment; else the first that is there at all.
find_python() {
    found= complete=
    for name in python3.11 python3.12 python3.13 python3.14 python3; do
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1 || continue
        found=${found:-$name}
        "$name" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue
        complete=$name
        break
    done
    if [ -z "$found" ]; then
        fail "No Python from 3.11 to 3.14 was found." "On Debian or Ubuntu: sudo apt-get install python3 python3-venv"
    elif [ -z "$complete" ]; then
        version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "Python $version is here, but it cannot make a virtual environment (its ensurepip is missing)." \
            "On Debian or Ubuntu: sudo apt-get install python$version-venv" "Then type the same make command again."
    fi
}

need_writable() {
    [ -w . ] || fail "This folder cannot be written: $ROOT" \
        "The product keeps .venv/ and var/ here. Copy the folder to a place of your own, or change its rights."
}

works() { [ -x "$python" ] && "$python" -c 'import pip' >/dev/null 2>&1; }

stamped() { [ -f ".venv/installed-$1" ] && [ "$(cat ".venv/installed-$1")" = "$2" ]; }

install() {
    rm -f .venv/installed-*
    step "Python packages ($wanted)" "$python" -m pip install --quiet --require-hashes -r "requirements/$wanted.txt" ||
        fail "The packages of requirements/$wanted.txt were not installed; nothing else was changed." \
            "Check the network or your mirror (PIP_INDEX_URL), then type the same command again."
    printf '%s\n' "$1" >".venv/installed-$wanted.part"
    mv ".venv/installed-$wanted.part" ".venv/installed-$wanted"
}

if works; then
    base_sum=$(lock_sum requirements/base.txt)
    dev_sum=$(lock_sum requirements/base.txt requirements/dev.txt)
    # The development packages contain the base ones.
    if stamped dev "$dev_sum" || { [ "$wanted" = base ] && stamped base "$base_sum"; }; then exit 0; fi
fi

need_writable
if ! works || ! { grep -qsxF "$ROOT" .venv/made-for; }; then
    find_python
    rm -rf .venv
    step "Virtual environment ($complete)" "$complete" -m venv .venv || fail "The virtual environment was not made."
    printf '%s\n' "$ROOT" >.venv/made-for
fi
case $wanted in
base) install "$(lock_sum requirements/base.txt)" ;;
dev) install "$(lock_sum requirements/base.txt requirements/dev.txt)" ;;
*) fail "Say environment.sh base or environment.sh dev." ;;
esac
