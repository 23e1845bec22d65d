# Start the product on this machine: PORT and DOCS come from the environment.

. "$(dirname "$0")/words.sh"

set -- --port "$PORT"
case ${DOCS:-} in
'') ;;
'~/'*) set -- "$@" --docs "$HOME/${DOCS#'~/'}" ;;
*) set -- "$@" --docs "$DOCS" ;;
esac
exec .venv/bin/python manage.py run "$@"
