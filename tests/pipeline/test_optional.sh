#!/bin/sh
# test_optional.sh - optional libraries: a file WHAT.LIBRARY.c is built where the library is installed, its null twin
# WHAT.no-LIBRARY.c elsewhere; make info says which. In a scratch copy, with two toy libraries.
cd "$(dirname "$0")/../.."
. tests/tap.sh
tree=$work/tree
mkdir -p "$tree/common/tools" "$tree/ledger/io" "$work/include"
cp --parents -t "$tree" Makefile common/base/*
cd "$tree" || exit 1
# Two rows: one library that is there (a header, no flags of its own), one that is not.
sed -i 's/^OPTIONAL := /OPTIONAL := present:=-lm:present.h absent:=-labsent:absent.h /' Makefile
echo 'int present_number(void);' >"$work/include/present.h"
for l in present absent; do
    echo "const char *toy_$l(void); const char *toy_$l(void) { return \"$l\"; }" >ledger/io/toy_$l.$l.c
    echo "const char *toy_$l(void); const char *toy_$l(void) { return \"null twin of $l\"; }" >ledger/io/toy_$l.no-$l.c
done
cat >common/tools/sluice-toy.c <<'C'
#include <stdio.h>
const char *toy_present(void);
const char *toy_absent(void);
int main(void) { return printf("%s, %s\n", toy_present(), toy_absent()) < 0; }
C
export CPATH="$work/include"
toy() { make -s "$@" B=b "b/bin/sluice-toy" >"$work/make" 2>&1 && b/bin/sluice-toy || head -5 "$work/make"; }
is "the library that is installed is used, the other has its null twin" "$(toy)" "present, null twin of absent"
ok "make info says that it is used" sh -c 'make -s info | grep -q "^  present  *used$"'
ok "make info says that the other is not installed" sh -c 'make -s info | grep -q "^  absent  *not installed"'
ok "make info lists a library that no file needs yet" sh -c 'make -s info | grep -q "^  libpq  *no file needs it yet$"'
is "WITH_present=no leaves it out" "$(toy WITH_present=no)" "null twin of present, null twin of absent"
ok "make info says so" sh -c 'make -s info WITH_present=no | grep -q "^  present  *left out by WITH_present=no$"'
done_testing
