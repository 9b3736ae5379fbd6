#!/bin/sh
# Installs those of the named Debian packages that are missing. Quiet when none is.
set -eu

command -v dpkg-query >/dev/null || { echo "packages: not a Debian system; needed: $*" >&2; exit 0; }

missing=
for name; do
    dpkg-query --show --showformat '${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" != 0 ]; then
    root=sudo
    command -v sudo >/dev/null || { echo "packages: as root: apt-get install$missing" >&2; exit 77; }
fi
echo "installing$missing"
$root apt-get update -q
# shellcheck disable=SC2086 — a list of names.
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
