# A PostgreSQL server of this checkout's own, for trying and for tests: postgresql.sh start | stop | url
#
# It listens on this machine's loopback alone (no socket file: its path could be too long), asks for a password made
# for it, and keeps everything in var/services/postgresql; the system's own servers are not touched. It syncs each
# commit to disk as any other; tests ask for less in their own sessions. Whoever signs in by the printed address owns
# their databases and is no superuser, as in production.

. "$(dirname "$0")/words.sh"
export LC_ALL=C

packages=postgresql
installed=${POSTGRESQL_FOLDERS:-/usr/lib/postgresql} # one folder for each version, as Debian has them
first_port=54320
ports=40

# The newest server of Debian's folders, else the one on PATH, where a link leads to the folder with the others.
find_programs() {
    initdb=$(ls -d "$installed"/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
    [ -n "$initdb" ] || initdb=$(command -v initdb) || return 1
    programs=$(dirname "$(readlink -f "$initdb")")
    [ -x "$programs/postgres" ] && [ -x "$programs/pg_ctl" ] && [ -x "$programs/psql" ]
}

install_packages() {
    # shellcheck disable=SC2086 # a list of words
    $1 apt-get update && $1 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

need_programs() {
    find_programs && return
    if command -v apt-get >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ]; then
            step "PostgreSQL (apt-get)" install_packages "" && find_programs && return
        elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
            step "PostgreSQL (apt-get)" install_packages "sudo" && find_programs && return
        fi
    fi
    fail "No PostgreSQL server is installed on this machine. On Debian or Ubuntu:" \
        "    sudo apt-get install $packages" \
        "or name one that runs: DATABASE_URL=postgresql://user:password@host:5432/database"
}

# The server refuses to be root; there it is Debian's user postgres, else nobody.
choose_owner() {
    owner=
    [ "$(id -u)" = 0 ] || return 0
    for owner in postgres nobody; do ! id "$owner" >/dev/null 2>&1 || return 0; done
    fail "PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody."
}

as_owner() {
    if [ -z "$owner" ]; then "$@"; else
        setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
    fi
}

# Below var/, or where that user may not go through the folders above it, in a folder of its own below /var/tmp.
choose_folder() {
    mkdir -p var/services 2>/dev/null || fail "This folder cannot be written: $ROOT"
    folder=$ROOT/var/services/postgresql
    if ! as_owner test -x "$ROOT/var/services"; then
        folder=/var/tmp/ragportal-postgresql-$(printf '%s' "$ROOT" | cksum | cut -d' ' -f1)
    fi
    [ -d "$folder" ] || mkdir -m 700 "$folder" || fail "The folder $folder cannot be made."
    [ -z "$owner" ] || [ "$(stat -c %u "$folder")" = 0 ] || as_owner test -O "$folder" ||
        fail "The folder $folder belongs to somebody else."
    [ -z "$owner" ] || chown "$owner" "$folder"
    cd "$folder"
    umask 077
}

make_cluster() {
    rm -rf data.part
    for name in postgres ragportal; do
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"password-$name"
        [ -z "$owner" ] || chown "$owner" "password-$name"
    done
    as_owner "$programs/initdb" --pgdata=data.part --username=postgres --pwfile=password-postgres \
        --auth=scram-sha-256 --encoding=UTF8 --locale="$(locale -a 2>/dev/null | grep -ixm1 'c.utf-\?8' || echo C)" &&
        as_owner sh -c "printf '%s\n' \"listen_addresses = '127.0.0.1'\" \"unix_socket_directories = ''\" \
            >>data.part/postgresql.conf" && mv data.part data
}

query() { PGPASSWORD=$(cat password-postgres) "$programs/psql" -h 127.0.0.1 -p "$port" -U postgres -XqtA "$@"; }

# Only our own server knows the password. A pid file alone proves nothing after a reboot or in another container.
answers() {
    [ -f port ] && [ -d data ] && port=$(cat port) && PGCONNECT_TIMEOUT=5 query -c 'SELECT 1' postgres >/dev/null 2>&1
}

forget_dead_server() {
    [ -f data/postmaster.pid ] || return 0
    pid=$(head -n 1 data/postmaster.pid)
    if [ -d /proc/self ]; then name=$(cat "/proc/$pid/comm" 2>/dev/null || true); else
        name=$(ps -o comm= -p "$pid" || true)
    fi
    case $name in *postgres*) ;; *) rm -f data/postmaster.pid ;; esac
}

start_at() {
    port=$1
    : >log
    [ -z "$owner" ] || chown "$owner" log
    as_owner "$programs/pg_ctl" start -D data -l log -w -t 60 -o "-p $port" >/dev/null 2>&1 || return 1
    printf '%s\n' "$port" >port
}

port_is_taken() { grep -q 'Address already in use' log; }

# The declared port, else the one it had last, else the first free one.
start_server() {
    forget_dead_server
    if [ -n "${DATABASE_PORT:-}" ]; then
        if start_at "$DATABASE_PORT"; then return; fi
        ! port_is_taken || say "Port $DATABASE_PORT is taken. DATABASE_PORT names another one; without it, one is found."
    else
        candidate=$first_port
        if [ -f port ] && start_at "$(cat port)"; then return; fi
        while [ "$candidate" -lt $((first_port + ports)) ]; do
            start_at "$candidate" && return
            port_is_taken || break
            candidate=$((candidate + 1))
        done
    fi
    cat log
    return 1
}

make_database() {
    [ "$(query -c "SELECT count(*) FROM pg_database WHERE datname = 'ragportal'" postgres)" = 0 ] || return 0
    query -v ON_ERROR_STOP=1 -d postgres <<SQL
DROP ROLE IF EXISTS ragportal;
CREATE ROLE ragportal LOGIN CREATEDB PASSWORD '$(cat password-ragportal)';
CREATE DATABASE ragportal OWNER ragportal;
SQL
}

print_url() { printf 'postgresql://ragportal:%s@127.0.0.1:%s/ragportal\n' "$(cat password-ragportal)" "$port"; }

start() {
    need_programs
    choose_owner
    choose_folder
    if answers; then
        say "  PostgreSQL runs already."
    else
        version=$("$programs/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        if [ -d data ] && [ "$(cat data/PG_VERSION)" != "$version" ]; then
            fail "The server's data in $folder is of PostgreSQL $(cat data/PG_VERSION), installed is $version." \
                "It holds what was tried and nothing else: delete that folder, then type the same command again."
        fi
        [ -d data ] || step "Data of PostgreSQL $version" make_cluster || fail "The server's data was not made."
        step "PostgreSQL $version" start_server || fail "The server did not start; the reason stands above."
    fi
    step "Its database" make_database || fail "The server runs, but its database was not made."
    say
    say "  DATABASE_URL=$(print_url)"
    say "  make stop-services ends it; what it holds stays in $folder."
}

# For commands that look for a server and must not make one.
url() {
    find_programs || exit 1
    choose_owner
    choose_folder
    answers || exit 1
    print_url
}

stop() {
    find_programs || return 0
    choose_owner
    choose_folder
    if answers || [ -f data/postmaster.pid ]; then
        forget_dead_server
        [ ! -f data/postmaster.pid ] || step "PostgreSQL stopped" as_owner "$programs/pg_ctl" stop -D data -m fast -w -t 60 ||
            fail "The server did not stop."
    else
        say "  PostgreSQL does not run."
    fi
}

case ${1:-} in
start | stop | url) "$1" ;;
*) fail "Say postgresql.sh start, stop or url." ;;
esac
