#!/bin/sh
# setup.sh - install what sluice needs to build and to be tested, on Debian and its relatives. Says what it installs; does
# nothing when everything is there. Optional parts (clang, mandoc, Python) that cannot be had are named and left out.
set -eu
NEEDED="gcc make pkg-config perl libnng-dev libmsgpack-dev libcurl4-openssl-dev libjansson-dev libsodium-dev libsqlite3-dev libzstd-dev libxxhash-dev libinih-dev"
OPTIONAL="clang clang-format libclang-rt-14-dev llvm mandoc zstd sqlite3 jq python3"
# Real software to test against; only with SETUP_ALL, as continuous integration does.
ORACLES="python3-msgpack python3-xgboost python3-nacl supervisor"
[ -z "${SETUP_ALL:-}" ] || OPTIONAL="$OPTIONAL $ORACLES"

missing() {
    for p; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$p"
    done
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: this is not Debian; please install by hand: $NEEDED" >&2
    exit 0
fi
need=$(missing $NEEDED)
want=$(missing $OPTIONAL)
[ -z "$need$want" ] && exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        [ -z "$need" ] && { echo "setup: going on without $want(not root, no sudo)" >&2; exit 0; }
        echo "setup: these packages are missing and there is no sudo to install them: $need" >&2
        exit 2
    fi
    as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
echo "setup: installing $need$want" >&2
$as_root apt-get update -qq >&2 || echo "setup: package lists could not be refreshed; trying with what is there" >&2
if [ -n "$need" ]; then
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null || { echo "setup: could not install $need" >&2; exit 2; }
fi
for p in $want; do
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$p" >/dev/null 2>&1 || echo "setup: going on without $p" >&2
done
