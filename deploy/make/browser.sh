# The browser tests drive Debian's Chromium: install it where that is possible, else say how.

. "$(dirname "$0")/words.sh"

packages="chromium fonts-dejavu-core"

install_chromium() {
    # shellcheck disable=SC2086 # a list of words
    $1 apt-get update && $1 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

command -v chromium >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        step "Chromium (apt-get)" install_chromium "" && exit 0
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        step "Chromium (apt-get)" install_chromium "sudo" && exit 0
    fi
fi
fail "The browser tests need the program chromium. On Debian or Ubuntu:" "    sudo apt-get install $packages" \
    "or leave those tests out: make test BROWSER=no"
