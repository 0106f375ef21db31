#!/bin/sh
# setup.sh DIR - bring the real software that the venue tests hold sluice against into DIR (build/venue): a Solana runtime and
# the official SDKs from npm, pinned, and the programs' own binaries from the crate their makers publish. Does nothing when all
# of it is there. Exit 77 with a reason when this machine cannot have it. Must not: put anything into the tree.
set -eu
dir=${1:?usage: setup.sh DIR}
CRATE=pump-rust-client CRATE_VERSION=0.5.0
cannot() { echo "venue: $*" >&2; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || cannot "no node and npm"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
# Tests run side by side: the first brings everything, the others wait for it.
exec 9>"$dir/.lock"
flock 9 2>/dev/null || true

packages() { # FOLDER PACKAGE@VERSION...: one folder a family, for the SDKs want different versions of the same libraries
    folder=$dir/$1
    shift
    [ "$(cat "$folder/.have" 2>/dev/null)" = "$*" ] && return 0
    rm -rf "$folder"
    mkdir -p "$folder"
    echo '{"private":true}' >"$folder/package.json"
    echo "venue: installing $*" >&2
    (cd "$folder" && npm install --legacy-peer-deps --no-audit --no-fund --no-package-lock --loglevel=error "$@" >/dev/null 2>"$folder/.log") || cannot "npm: $(tail -1 "$folder/.log")"
    echo "$*" >"$folder/.have"
}
packages svm litesvm@1.5.0 @solana/kit@8.4.0 bs58@6.0.0
packages pump @pump-fun/pump-sdk@2.0.0 @pump-fun/pump-swap-sdk@1.20.0
packages raydium @raydium-io/raydium-sdk-v2@0.2.73-alpha
packages parser solana-dex-parser@2.6.7
packages whirlpool @orca-so/whirlpools-sdk@0.22.0 @orca-so/whirlpools-core@3.1.0 @orca-so/common-sdk@0.7.1 @coral-xyz/anchor@0.32.1 @solana/spl-token@0.4.14 @solana/web3.js@1.98.4 decimal.js@10.6.0
packages jupiter @jup-ag/instruction-parser@6.0.28 @jup-ag/api@6.0.48
packages openbook @openbook-dex/openbook@0.0.9 @project-serum/serum@0.13.65
packages meteora @meteora-ag/cp-amm-sdk@1.5.0 @meteora-ag/dlmm@1.9.14

[ "$(cat "$dir/programs/.have" 2>/dev/null)" = "$CRATE $CRATE_VERSION" ] && exit 0
command -v cargo >/dev/null 2>&1 || cannot "no cargo"
echo "venue: fetching the programs of $CRATE $CRATE_VERSION" >&2
mkdir -p "$dir/crate/src" "$dir/programs"
echo 'fn main() {}' >"$dir/crate/src/main.rs"
printf '[package]\nname = "programs"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n[workspace]\n' "$CRATE" "$CRATE_VERSION" >"$dir/crate/Cargo.toml"
(cd "$dir/crate" && CARGO_HOME="$dir/cargo" cargo fetch >"$dir/crate/.log" 2>&1) || cannot "cargo: $(tail -1 "$dir/crate/.log")"
find "$dir/cargo/registry/src" -path "*/$CRATE-$CRATE_VERSION/artifacts/*.so" -exec cp {} "$dir/programs/" \;
[ -s "$dir/programs/pump.so" ] || cannot "the crate has no programs"
rm -rf "$dir/cargo" "$dir/crate"
echo "$CRATE $CRATE_VERSION" >"$dir/programs/.have"
