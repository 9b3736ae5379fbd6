#!/usr/bin/env bash
# Plays the night into a temporary state and lets readers that nobody here wrote look at every document that left.
#
#   Tests/independent/run.sh CROSSDOCK
set -euo pipefail
crossdock=$(realpath "$1")
cd "$(dirname "$0")/../.."
venv=.build/independent

if ! "$venv/bin/python" -c 'import pyx12' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/independent/requirements.txt
fi

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
if ! scripts/night.sh "$crossdock" "$state" >"$state/night.txt" 2>&1; then
    cat "$state/night.txt" >&2
    exit 1
fi
"$crossdock" dump --canonical --config config/channels.yaml --state "$state" >"$state/dump.jsonl"
"$venv/bin/python" Tests/independent/check_documents.py --partners "$state/partners" --dump "$state/dump.jsonl"
