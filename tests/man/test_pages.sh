#!/bin/sh
# test_pages.sh - built manual pages hold what the programs say of themselves, and are what `make install` installs;
# a source that names what no table has does not build.
cd "$(dirname "$0")/../.."
. tests/tap.sh
flat() { sed 's/\\-/-/g; s/\\&//g' "$B/man/$1"; }

# Options: --help of each tool against its page; keys of a strategy against sluice-score(1).
for tool in "$B"/bin/sluice-*; do
    name=$(basename "$tool")
    [ "$name" != sluice-halt ] || continue
    { flat "$name.1"; flat sluice-score.1 | grep ' No = '; } >"$work/page"
    "$tool" --help </dev/null | sed -n 's/^  \(-., \)*--\([a-z0-9-]*\).*/\2/p' >"$work/options"
    lacks=$(while read -r key; do grep -q "Fl -$key\( \|$\)" "$work/page" || grep -q "Cm $key No = " "$work/page" || echo "$key"; done <"$work/options")
    is "$name(1) has the purpose of --help" "$(sed -n 's/^\.Nd //p' "$B/man/$name.1")" "$("$tool" --help </dev/null | sed -n "1s/^$name: //p")"
    is "$name(1) has every option of --help ($(wc -l <"$work/options"))" "$lacks" ""
done

# Settings: `sluice config show --all` against sluice.conf(5).
flat sluice.conf.5 >"$work/page"
sluice-config show --all --set strategy.a.on=age | awk '/^\[/{s=$0; sub(/ .*\]/, " NAME]", s); next} / = /{print s "\t" $1}' | sort -u >"$work/settings"
awk -F'\t' 'NR==FNR{if (/^\.Ss \[/) s=substr($0, 5); if (/^\.It Cm /) {split($0, w, " "); has[s "\t" w[3]]=1} next} !(($1 "\t" $2) in has)' "$work/page" "$work/settings" >"$work/lacks"
ok "sluice config show prints settings" test "$(wc -l <"$work/settings")" -gt 100
is "sluice.conf(5) has every setting" "$(grep -v 'set$\|config$\|log-level$\|help$\|version$' "$work/lacks")" ""

# Tables against their sources, by count and by name.
is "sluice-records(5) has every field" "$(awk '/^\.Sh/{on=/RECORDS/} on && /^\.It/' "$B/man/sluice-records.5" | wc -l)" "$(grep -c '^FIELD(' common/rec/records.def)"
is "sluice-records(5) has every value of an enumeration" "$(awk '/^\.Sh/{on=/ENUMERATIONS/} on && /^\.It/' "$B/man/sluice-records.5" | wc -l)" "$(printf '#define ENUM_BEGIN(e)\n#define ENUM_VALUE(...) a value\n#define ENUM_END(e)\n#include "common/rec/enums.def"\n' | cc -E -I. -I"$B/gen" - | grep -o 'a value' | wc -l)"
lacks=$(sluice-sim --hours 0.02 --launches 2 | sluice-features --keep trade | sluice-cat --json --only fvec | head -n 1 | grep -o '"[a-z0-9_]*":' | tr -d '":' | grep -vx rec | while read -r f; do flat sluice-records.5 | grep -q "It $f " || flat sluice-features.5 | grep -q "Cm $f " || echo "$f"; done)
is "every name in the JSON of an fvec is in the manual" "$lacks" ""
for page in "$B"/man/*.1; do
    name=$(basename "$page")
    [ "$name" != sluice-halt.1 ] || continue
    codes=$(awk '/^\.Sh/{on=/EXIT STATUS/} on && /^\.It [0-9]/{print $2}' "$page" | tr '\n' ' ')
    is "$name names every exit code" "$codes" "$(sed -n 's/^ERROR([A-Z_]*, \([0-9]*\),.*/\1/p' common/base/errors.def | sort -nu | tr '\n' ' ')"
done

# Scripts against sluice-pipelines(7); tools against the list of sluice(1).
is "sluice-pipelines(7) explains every script" "$(for f in pipelines/*.* pipelines/live/*; do flat sluice-pipelines.7 | grep -q "$(basename "$f")" || echo "$f"; done)" ""
is "sluice(1) lists every tool" "$(for f in "$B"/bin/sluice-*; do flat sluice.1 | grep -q "^\.Xr $(basename "$f") 1" || echo "$f"; done)" ""

# What the generator refuses, and where it puts a note.
page() { printf '%s\n' "$@" >"$work/source"; "$B/man/tables" "$work/source"; }
exits 1 "an unknown list is an error" page 'text' '.\" @tables'
is "with file and line" "$(cut -d: -f2 "$work/err")" 2
exits 1 "an unknown section is an error" page '.\" @options riks'
exits 1 "a note on an unknown option is an error" page '.\" @options sim' '.\" @option sim seeds' 'text' '.\" @end'
exits 1 "a note without end is an error" page '.\" @exit' '.\" @code 1' 'text'
exits 1 "an unknown exit code is an error" page '.\" @exit' '.\" @code 77' 'text' '.\" @end'
exits 0 "a note is printed" page '.\" @option sim launches' 'Hand-written.' '.\" @end' '.\" @options sim'
is "below its option" "$(awk '/^\.It/{it=$3} /^Hand-written/{print it}' "$work/out")" '\-launches'
exits 0 "a meaning of an exit code is printed" page '.\" @exit' '.\" @code 1' 'Hand-written.' '.\" @end'
is "instead of the general one" "$(awk '/^\.It/{it=$2} it==1' "$work/out" | tr '\n' ' ')" ".It 1 Hand-written. "

# `sluice help` shows the pages of its own build tree.
if command -v man >/dev/null 2>&1; then
    for page in sim records sluice.conf; do
        ok "sluice help $page shows the built page" sh -c "MANPATH=/nonexistent sluice help $page | grep -q 'December 1, 2026'"
    done
else
    skip "sluice help shows the built pages" "man is not installed"
fi

# make install: the built pages, in their sections, and nothing of the generator.
unset MAKEFLAGS MAKELEVEL
ok "make install" make -o all install B="$B" DESTDIR="$work/root" PREFIX=/usr
for page in "$B"/man/*.[157]; do
    cmp -s "$page" "$work/root/usr/share/man/man${page##*.}/$(basename "$page")" || echo "$page"
done >"$work/lacks"
is "installs every built page" "$(cat "$work/lacks")" ""
is "and nothing else of the manual" "$(find "$work/root" -name '*.[157]' | wc -l) $(find "$work/root" -name '*.in' -o -name tables | wc -l)" "$(ls man/*.in | wc -l) 0"
done_testing
