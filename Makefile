# Makefile - one non-recursive build. `make help` lists what it can do.
# By convention: ROOM/sluice-*.c are main files; other ROOM/*.c are the room's pure library; ROOM/io/*.c its impure one.
# tests/unit/ROOM/test_*.c, tests/bench/bench_*.c and tests/fuzz/fuzz_*.c are programs of their own.

VERSION := 0.1.0
BUILD   ?= release
CC      ?= gcc
PREFIX  ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(BUILD),fuzz)
CC := clang
endif
# One tree a build kind; gcc's release build is plain `build`.
B ?= build$(if $(filter release,$(BUILD)),,/$(BUILD))

OPT_release := -O3
OPT_debug   := -O0 -g
OPT_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
OPT_fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -DFUZZING
OPT := $(OPT_$(BUILD))
ifeq ($(OPT),)
$(error BUILD must be one of: release debug asan tsan cov fuzz)
endif

WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wno-missing-field-initializers $(if $(WERROR),-Werror)
# -ffp-contract=off: features and scores must be the same bits from every compiler.
Q := $(if $(V),,@)
CFLAGS_ALL := -std=c11 -D_GNU_SOURCE -DSLUICE_VERSION='"$(VERSION)"' -I. -I$(B)/gen -ffp-contract=off -fno-math-errno -fno-strict-overflow -MMD -MP $(WARN) $(OPT) $(CFLAGS)
LDLIBS_ALL := -lnng -lmsgpackc -lcurl -ljansson -lsodium -lsqlite3 -lzstd -linih -lm -lpthread
# GNU ld and gold both keep only what a tool uses of these.
LDFLAGS_ALL := -Wl,--as-needed $(LDFLAGS)

# Rooms. Downward only: base < rec < sol < amm < venue < decode < io < run < stages. A stage's tools have a room each;
# what two tools of one stage share lies in the stage's own folder.
COMMON_ROOMS := common/base common/rec common/sol common/amm common/venue common/decode common/io common/run
STAGE_ROOMS  := $(patsubst %/,%,$(sort $(filter-out %/io/,$(wildcard $(foreach s,ingest features score risk execute ledger,$(s)/ $(s)/*/)))))
PURE_ROOMS   := $(filter-out common/io common/run,$(COMMON_ROOMS)) $(STAGE_ROOMS)

MAINS := $(wildcard common/tools/sluice*.c $(STAGE_ROOMS:%=%/sluice-*.c))
ALONE := risk/halt/sluice-halt.c
TOOLS := $(notdir $(MAINS:.c=))
BINS  := $(TOOLS:%=$(B)/bin/%)
pure_src = $(filter-out $(1)/sluice-%,$(wildcard $(1)/*.c))
ALL_SRC  := $(foreach r,$(COMMON_ROOMS) $(STAGE_ROOMS),$(call pure_src,$(r))) $(wildcard $(STAGE_ROOMS:%=%/io/*.c))

# Optional libraries. WHAT.LIBRARY.c is compiled where the library is installed, its null twin WHAT.no-LIBRARY.c elsewhere;
# both define the same functions. WITH_LIBRARY=no builds without it, =yes insists. Each row: library:pkg-config names, or
# library:=flags:header for a library without a .pc file. `make info` prints what was chosen.
OPTIONAL := libpq:libpq hiredis:hiredis nats:libnats nghttp2:libnghttp2,openssl wslay:libwslay,openssl \
	xgboost:=-lxgboost:xgboost/c_api.h microhttpd:libmicrohttpd ncursesw:ncursesw
comma := ,
optional_names  := $(foreach o,$(OPTIONAL),$(firstword $(subst :, ,$(o))))
optional_row     = $(subst :, ,$(filter $(1):%,$(OPTIONAL)))
optional_pc      = $(subst $(comma), ,$(word 2,$(optional_row)))
optional_plain   = $(filter =%,$(word 2,$(optional_row)))
optional_probe   = $(if $(optional_plain),$(shell $(CC) -E -x c -include $(word 3,$(optional_row)) /dev/null >/dev/null 2>&1 && echo yes),$(shell pkg-config --exists $(optional_pc) 2>/dev/null && echo yes))
optional_has     = $(if $(filter no,$(WITH_$(1))),,$(if $(filter yes,$(WITH_$(1))),yes,$(optional_probe)))
optional_libs    = $(if $(optional_plain),$(patsubst =%,%,$(optional_plain)),$(shell pkg-config --libs $(optional_pc)))
# Only libraries that some file asks for are looked for.
optional_wanted := $(foreach l,$(optional_names),$(if $(filter %.$(l).c,$(ALL_SRC)),$(l)))
optional_found  := $(foreach l,$(optional_wanted),$(if $(call optional_has,$(l)),$(l)))
optional_absent := $(filter-out $(optional_found),$(optional_wanted))
LIB_SRC  := $(filter-out $(foreach l,$(optional_found),%.no-$(l).c) $(foreach l,$(optional_absent),%.$(l).c),$(ALL_SRC))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/obj/%.o)
LIB      := $(B)/libsluice.a

LDLIBS_OPTIONAL := $(foreach l,$(optional_found),$(call optional_libs,$(l)))

UNIT  := $(wildcard tests/unit/*/test_*.c)
BENCH := $(wildcard tests/bench/bench_*.c)
FUZZ  := $(wildcard tests/fuzz/fuzz_*.c)
UNIT_BIN  := $(UNIT:tests/unit/%.c=$(B)/tests/%)
BENCH_BIN := $(BENCH:tests/bench/%.c=$(B)/bench/%)
FUZZ_BIN  := $(FUZZ:tests/fuzz/%.c=$(B)/fuzz/%)
# Manual pages: man/PAGE.in is prose; its lists are printed from the tables by man/tables.c, which is not installed.
PAGES := $(patsubst man/%.in,$(B)/man/%,$(wildcard man/*.in))
VENUE_BIN := $(patsubst tests/venue/lib/%.c,$(B)/venue/bin/%,$(wildcard tests/venue/lib/*.c))

.PHONY: FORCE all tools help info check check-unit check-shell check-venue bench fuzz fuzz-replay lint bless install clean setup demo tests-build
.DEFAULT_GOAL := all
.SECONDARY:
.DELETE_ON_ERROR:

all: $(BINS) $(PAGES)
tools: all
tests-build: $(BINS) $(PAGES) $(UNIT_BIN)

help:
	@sed -n 's/^#: //p' Makefile
#: make              build the tools into build/bin and the manual into build/man
#: make BUILD=KIND   release (default), debug, asan, tsan, cov, fuzz; each in a tree of its own
#: make info         what this build uses: compiler, flags, needed and optional libraries
#: make setup        install what the build needs (Debian packages; says which)
#: make demo         set up, build, run a whole backtest on the embedded market, print the result
#: make check        set up, build, run all tests; make check T=log runs those whose name contains "log"
#: make check-unit   unit tests only
#: make check-venue  the tests against real Solana programs and SDKs only (node, npm, cargo)
#: make bench        measure: replay, codec, quote, features, whole row
#: make fuzz         run every fuzz target for FUZZ_SECONDS (10) seconds each
#: make lint         layers, purity, banned calls, function length, man pages
#: make bless        rewrite the golden files from what the tools print now (review the diff)
#: make install      into PREFIX (/usr/local), below DESTDIR
#: make clean        remove build/

# Flags or optional libraries that change rebuild everything: every object depends on the file that holds them.
built_with = $(CC) $(subst ','\'',$(CFLAGS_ALL)) $(optional_found)
$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(built_with)' | cmp -s - $@ || echo '$(built_with)' >$@
FORCE:

# The tables of the venues in the order of their numbers on the wire: a NAME.def in common/venue needs no entry elsewhere.
$(B)/gen/venues.def: FORCE
	@mkdir -p $(@D)
	@{ echo '#include "common/venue/rows.begin"'; for f in common/venue/*.def; do \
	echo "$$(sed -n 's/^VENUE[A-Z_]*([a-z0-9_]*, \([0-9]*\),.*/\1/p' $$f) $$f"; done | sed 's/^ /999 /' | sort -n | sed 's/.* \(.*\)/#include "\1"/'; \
	echo '#include "common/venue/rows.end"'; } | { cat >$@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

$(B)/obj/%.o: %.c $(B)/flags | $(B)/gen/venues.def
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -c $< -o $@

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $(LIB_OBJ)

define tool_rule
$(B)/bin/$(notdir $(1:.c=)): $(B)/obj/$(1:.c=.o) $(LIB)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) $$< $$(LIB) $$(LDLIBS_ALL) $$(LDLIBS_OPTIONAL) -o $$@
endef
$(foreach m,$(filter-out $(ALONE),$(MAINS)),$(eval $(call tool_rule,$(m))))
# It must work when nothing else does: without our library and, but for the sanitizers, without any shared one.
$(B)/bin/$(notdir $(ALONE:.c=)): $(ALONE:%.c=$(B)/obj/%.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS) $(if $(filter asan tsan fuzz,$(BUILD)),,-static) $< -o $@

$(B)/man/tables: $(B)/obj/man/tables.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $< $(LIB) $(LDLIBS_ALL) $(LDLIBS_OPTIONAL) -o $@
$(B)/man/%: man/%.in $(B)/man/tables
	$(Q)$(B)/man/tables $< >$@

$(B)/tests/%: $(B)/obj/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $< $(LIB) $(LDLIBS_ALL) $(LDLIBS_OPTIONAL) -o $@
$(B)/bench/%: $(B)/obj/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $< $(LIB) $(LDLIBS_ALL) $(LDLIBS_OPTIONAL) -o $@
$(B)/venue/bin/%: $(B)/obj/tests/venue/lib/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $< $(LIB) $(LDLIBS_ALL) $(LDLIBS_OPTIONAL) -o $@
# With BUILD=fuzz the targets get libFuzzer's main; otherwise a small one that replays the files it is given.
$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(LIB) $(if $(filter fuzz,$(BUILD)),,$(B)/obj/tests/fuzz/replay_main.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(if $(filter fuzz,$(BUILD)),-fsanitize=fuzzer) $(filter %.o,$^) $(LIB) $(LDLIBS_ALL) $(LDLIBS_OPTIONAL) -o $@

optional_state = $(if $(filter $(1),$(optional_found)),used,$(if $(filter no,$(WITH_$(1))),left out by WITH_$(1)=no,$(if $(filter $(1),$(optional_absent)),not installed: the null twin is built,no file needs it yet)))
info:
	@echo "sluice $(VERSION), BUILD=$(BUILD) in $(B)"
	@echo "  compiler     $(shell $(CC) --version 2>/dev/null | head -n 1)"
	@echo "  flags        $(OPT) $(CFLAGS)"
	@echo "needed:"
	@for l in nng:nng msgpack-c:msgpack libcurl:libcurl jansson:jansson libsodium:libsodium sqlite3:sqlite3 zstd:libzstd inih:inih xxhash:libxxhash; do \
		printf '  %-12s %s\n' "$${l%%:*}" "$$(pkg-config --modversion "$${l#*:}" 2>/dev/null || echo 'no .pc file')"; done
	@echo "optional:"
	@printf '  %-12s %s\n' $(foreach l,$(optional_names),'$(l)' '$(call optional_state,$(l))')

fuzz-bins: $(FUZZ_BIN)
bench-bins: $(BENCH_BIN)

setup:
	@tests/setup.sh

check: setup
	+@$(MAKE) --no-print-directory check-all
check-all: $(BINS) $(PAGES) $(UNIT_BIN) $(FUZZ_BIN) $(VENUE_BIN)
	@tests/run.sh $(B)
check-unit: $(UNIT_BIN)
	@prove --exec '' $(UNIT_BIN)

check-venue: $(BINS) $(UNIT_BIN) $(VENUE_BIN)
	@tests/run.sh $(B) tests/venue/*/test_*.sh

fuzz:
	@tests/fuzz/run.sh

lint: all
	@PURE_ROOMS="$(PURE_ROOMS)" tests/lint/run.sh $(B)

bench: $(BINS) $(BENCH_BIN) $(VENUE_BIN)
	@tests/bench/run.sh $(B)

bless: $(BINS)
	@B="$(abspath $(B))" PATH="$(abspath $(B))/bin:$$PATH" LC_ALL=C TZ=UTC BLESS=1 tests/golden/test_golden.sh

demo: setup
	+@$(MAKE) --no-print-directory all
	@pipelines/demo.sh

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7 \
		$(DESTDIR)$(PREFIX)/share/sluice/pipelines/live $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(BINS) $(DESTDIR)$(PREFIX)/bin
	install -m 755 pipelines/*.sh $(DESTDIR)$(PREFIX)/share/sluice/pipelines
	install -m 644 pipelines/*.conf $(DESTDIR)$(PREFIX)/share/sluice/pipelines
	install -m 755 pipelines/live/*.sh $(DESTDIR)$(PREFIX)/share/sluice/pipelines/live
	install -m 644 pipelines/live/*.conf pipelines/live/*.service pipelines/live/env.example $(DESTDIR)$(PREFIX)/share/sluice/pipelines/live
	for f in $(PAGES); do install -m 644 $$f $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}; done
	$(B)/bin/sluice completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sluice

compile_commands.json: Makefile
	@echo '[' >$@; first=1; for f in $(LIB_SRC) $(MAINS) $(UNIT); do [ $$first ] || echo ',' >>$@; first=; \
	printf '{"directory":"%s","file":"%s","command":"%s"}' "$(CURDIR)" "$$f" "$(CC) $(subst ",\\\",$(subst ','\'',$(CFLAGS_ALL))) -c $$f" >>$@; done; echo ']' >>$@

clean:
	rm -rf build compile_commands.json

-include $(shell [ -d $(B)/obj ] && find $(B)/obj -name '*.d')
