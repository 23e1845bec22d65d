# Fetch the embedding model once; where it is complete and unaltered already, this only checks it.

. "$(dirname "$0")/words.sh"

[ -w . ] || [ -d var ] || fail "This folder cannot be written: $ROOT" "The product keeps its data in var/ here."
step "Embedding model" .venv/bin/python manage.py fetch_models ||
    fail "The embedding model is not there. A company's mirror is set by RAGPORTAL_MODEL_REPOSITORY," \
        "a folder that holds it already by RAGPORTAL_EMBEDDING_FOLDER; see docs/settings.md."
