#!/bin/sh
# test_halt.sh - sluice-halt when everything else is broken: execute hangs or is dead, the disk is full, frozen or read-only, memory is short,
# the signer hangs. Each within a bounded time. Execute is a stand-in that keeps its side of the files; the signer is sluice-sign.
cd "$(dirname "$0")/../.."
. tests/tap.sh
f=$work/halt
pids=
end() {
    for p in $pids; do kill -9 "$p" 2>/dev/null; done
    fsfreeze -u "$work/ice" 2>/dev/null
    for m in full inodes ro ice; do umount "$work/$m" 2>/dev/null; done
    rm -rf "$work"
}
trap end EXIT
now_ms() { date +%s%3N; }
within() { # MS NAME: since $began
    took=$(($(now_ms) - began))
    if [ "$took" -le "$1" ]; then result 0 "$2: within $1 ms"; else result 1 "$2: within $1 ms"; echo "# took $took ms"; fi
}
timed() { most=$1 code=$2 name=$3; shift 3; began=$(now_ms); exits "$code" "$name" "$@"; within "$most" "$name"; }
says() { if grep -q "$2" "$work/err"; then result 0 "$1"; else result 1 "$1"; sed 's/^/# /' "$work/err"; fi; }
there() { for s; do [ -e "$f$s" ] || return 1; done; }
clean() { rm -f "$f" "$f".*; }

# The stand-in: touches .seen while FILE is there, sells after SELLS rounds of 0.2 s (0: never), writes its pid file.
cat >"$work/sluice-execute" <<'P'
#!/bin/sh
f=$1 sells=$2
echo $$ >"$f.pid"
n=0
while :; do
    [ -e "$f" ] && touch "$f.seen"
    [ -e "$f.sell" ] && n=$((n + 1)) && [ $n -eq "$sells" ] && : >"$f.sold"
    sleep 0.2
done
P
chmod +x "$work/sluice-execute"
execute() { rm -f "$f.pid"; "$work/sluice-execute" "$f" "$1" >/dev/null 2>&1 & ex=$!; pids="$pids $ex"; for _ in $(seq 100); do [ -s "$f.pid" ] && break; sleep 0.02; done; }
gone() { kill -9 "$1" 2>/dev/null; wait "$1" 2>/dev/null; }

# Words.
exits 2 "wants a word" sluice-halt
exits 2 "wants a file" sluice-halt stop
exits 2 "an unknown word" sluice-halt sleep "$f"
exits 2 "an unknown option" sluice-halt sell "$f" --fast yes
exits 2 "an option without its value" sluice-halt sell "$f" --wait
exits 2 "a wait that is none" sluice-halt sell "$f" --wait 0
exits 2 "a wait that is too long" sluice-halt sell "$f" --wait 86401
exits 2 "--run without a command" sluice-halt sell "$f" --run
exits 2 "--kill belongs to sell" sluice-halt stop "$f" --kill "$f.pid"
exits 2 "a path that is too long" sluice-halt stop "$(head -c 4090 /dev/zero | tr '\0' x)"
exits 0 "--help" sluice-halt --help
exits 0 "--version" sluice-halt --version

# Files.
exits 1 "status: not stopped" sluice-halt status "$f"
exits 0 "stop" sluice-halt stop "$f"
is "makes one empty file" "$(ls "$work" | grep '^halt'; stat -c %s "$f")" "halt
0"
exits 0 "stop again" sluice-halt stop "$f"
exits 0 "status: stopped" sluice-halt status "$f"
is "and says that execute has not seen it" "$(tail -n 1 "$work/out")" "execute: has not seen it"
exits 0 "cancel" sluice-halt cancel "$f"
ok "makes .cancel" there "" .cancel
sluice-halt status "$f" >"$work/status"
ok "status: cancelled" grep -q '^cancelled' "$work/status"
touch "$f.sell" "$f.seen"
sluice-halt status "$f" >"$work/status"
ok "status: selling, execute alive" sh -c 'grep -q "^selling" "$0" && grep -q "^execute: alive" "$0"' "$work/status"
touch -d '1 minute ago' "$f.seen"; touch "$f.sold"
sluice-halt status "$f" >"$work/status"
ok "status: sold, execute silent" sh -c 'grep -q "^sold" "$0" && grep -qE "^execute: silent for 6[0-9] s" "$0"' "$work/status"
exits 0 "resume" sluice-halt resume "$f"
is "removes all of them" "$(ls "$work" | grep -c '^halt')" 0
exits 0 "resume again" sluice-halt resume "$f"
exits 1 "status: not stopped any more" sluice-halt status "$f"
exits 3 "stop where no file can be" sluice-halt stop "$work/none/halt"
exits 3 "cancel where no file can be" sluice-halt cancel "$work/none/halt"
mkfifo "$work/fifo"
timed 3000 0 "a FIFO in its place is there too" sluice-halt stop "$work/fifo"

# The sale.
execute 5
timed 4000 0 "sell, with an execute that works" sluice-halt sell "$f" --wait 30
ok "stopped, sold" there "" .sell .sold .seen
says "it says that execute lives" 'execute is alive'
says "and that all is sold" 'all is sold'
gone $ex
timed 3000 0 "asked again, all is sold still" sluice-halt sell "$f" --wait 30
rm "$f.sell"; sluice-halt cancel "$f" 2>/dev/null
timed 8000 5 "a .sold of an earlier sale says nothing of now" sluice-halt sell "$f" --wait 30
ok "a cancel is taken back, as it would forbid the sale" sh -c 'test ! -e "$0.cancel" && test -e "$0.sell"' "$f"
ok "it was removed" sh -c '! test -e "$0.sold"' "$f"
says "execute dead, no remedy given: it says what to run" 'by hand: .*sluice-execute --live --sell-all'
clean; execute 0
timed 4000 4 "an execute that sells nothing is waited for no longer than told" sluice-halt sell "$f" --wait 2
says "and that is said" 'error: not all is sold'
kill -STOP $ex
timed 8000 5 "execute is stopped by SIGSTOP" sluice-halt sell "$f" --wait 30
says "it is said to be silent" 'execute is silent'
ok "and lives: nobody told to kill it" kill -0 $ex
timed 8000 0 "the same, with --kill and --run" sluice-halt sell "$f" --wait 30 --kill "$f.pid" --run sh -c 'test "$(readlink /proc/$$/fd/0)" = /dev/null && ! grep -q "^State:.[^ZX]" /proc/$(cat "$0.pid")/status 2>/dev/null' "$f"
says "it was killed" "killed execute, process $ex"
ok "before the command ran; .sold is made" there .sold
wait $ex 2>/dev/null
is "killed by SIGKILL" $? 137
clean
timed 8000 0 "execute dead, --kill and --run" sh -c 'echo '$ex' >"$0.pid"; exec sluice-halt sell "$0" --wait 30 --kill "$0.pid" --run true' "$f"
says "it was found dead" 'execute is dead'
clean
timed 8000 0 "no pid file, --run" sluice-halt sell "$f" --wait 30 --kill "$f.pid" --run true
clean
timed 12000 7 "a command that fails" sluice-halt sell "$f" --wait 30 --run sh -c 'exit 3'
says "its code is named" "ended with 3"
says "and what to do" 'by hand'
timed 12000 7 "a command that is not there" sluice-halt sell "$f" --wait 30 --run "$work/none"
clean; sleep 60 & other=$!; pids="$pids $other"; echo $other >"$f.pid"
timed 8000 0 "a pid that belongs to another program" sluice-halt sell "$f" --wait 30 --kill "$f.pid" --run true
ok "is not killed" kill -0 $other
clean; echo hello >"$f.pid"
timed 8000 6 "a pid file that is none" sluice-halt sell "$f" --wait 30 --kill "$f.pid" --run true
ok "nothing is sold twice: the command was not run" sh -c '! test -e "$0.sold"' "$f"
: >"$f.pid"
timed 8000 6 "an empty pid file" sluice-halt sell "$f" --wait 30 --kill "$f.pid"
clean; execute 0; kill -STOP $ex
( while kill -0 $ex 2>/dev/null && ! grep -q '^State:.Z' /proc/$ex/status 2>/dev/null; do sleep 0.1; done; exec "$work/sluice-execute" "$f" 4 ) >/dev/null 2>&1 & pids="$pids $!"
timed 10000 0 "a supervisor starts execute again after --kill" sluice-halt sell "$f" --wait 30 --kill "$f.pid"
kill -9 $! 2>/dev/null; gone $ex
clean; execute 20
sluice-halt sell "$f" --wait 30 2>"$work/err" & h=$!
sleep 1; kill -HUP $h; wait $h
is "a terminal that goes away does not end it" $? 0
gone $ex; clean; execute 5
timed 4000 0 "nor does having nowhere to write" sh -c 'sluice-halt sell "$0" --wait 30 <&- 2>&- >&-' "$f"
is "nothing was written where it does not belong" "$(cat "$f" "$f".s*)" ""
gone $ex

# The signer.
printf 'a password for tests\n' >"$work/pw"
sluice-key new "$work/k" --kdf interactive --password-fd 0 <"$work/pw" >/dev/null 2>&1
sign() { rm -f "$work/sign.out"; sluice-sign --key "$work/k" --socket "$work/s" --password-fd 0 <"$work/pw" >"$work/sign.out" 2>&1 & signer=$!; pids="$pids $signer"; for _ in $(seq 100); do grep -qs answering "$work/sign.out" && break; sleep 0.05; done; }
exits 8 "lock without a signer" sluice-halt lock "$work/none.sock"
for verb in stop cancel resume; do
    clean; sign
    timed 3000 0 "$verb --lock" sluice-halt $verb "$f" --lock "$work/s"
    wait $signer; is "the signer has gone, with 0" $? 0
done
clean; sign; execute 5
timed 5000 0 "sell --lock" sluice-halt sell "$f" --wait 30 --lock "$work/s"
ok "locks after the sale" sh -c 'grep -n "all is sold" "$0" | grep -q ^ && tail -n 1 "$0" | grep -q "locked: the signer has wiped"' "$work/err"
wait $signer; is "the signer has gone, with 0" $? 0
gone $ex; clean; sign
timed 8000 5 "a sale that does not end well" sluice-halt sell "$f" --wait 30 --lock "$work/s"
ok "leaves the signer: it is needed" kill -0 $signer
says "and says how to lock it all the same" 'not locked.*sluice-halt lock'
kill -STOP $signer
timed 4000 0 "a signer that hangs is killed" sluice-halt stop "$f" --lock "$work/s"
says "and that is said" 'did not answer and was killed'
wait $signer 2>/dev/null; is "by SIGKILL" $? 137
if command -v python3 >/dev/null 2>&1; then
    python3 -c 'import socket,sys,time; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(0); print("up",flush=True); time.sleep(60)' "$work/dumb" >"$work/dumb.out" & dumb=$!; pids="$pids $dumb"
    for _ in $(seq 100); do grep -q up "$work/dumb.out" && break; sleep 0.05; done
    timed 4000 8 "what hangs and is no signer" sluice-halt lock "$work/dumb"
    ok "is not killed" kill -0 $dumb
    timed 4000 8 "with its queue full" sh -c 'sluice-halt lock "$0" & sluice-halt lock "$0" & sluice-halt lock "$0"; exit $?' "$work/dumb"
else skip "what hangs and is no signer" "no python3"; fi

# The disk.
mounts() { mkdir -p "$work/$1" && mount -t tmpfs -o "$2" tmpfs "$work/$1" 2>/dev/null; }
if mounts full size=16k; then
    head -c 1000000 /dev/zero >"$work/full/fill" 2>/dev/null
    ok "the disk is full" sh -c '! { head -c 10000 /dev/zero >"$0/x"; } 2>/dev/null; test ! -s "$0/x" || ! echo x >>"$0/y"' "$work/full"
    f=$work/full/halt
    timed 3000 0 "stop on a full disk" sluice-halt stop "$f"
    timed 3000 0 "cancel on a full disk" sluice-halt cancel "$f"
    timed 8000 0 "sell on a full disk" sluice-halt sell "$f" --wait 30 --run true
    ok "all files are there" there "" .sell .sold
    sluice-halt cancel "$f" 2>/dev/null
timed 3000 0 "resume on a full disk" sluice-halt resume "$f"
else skip "a full disk" "no tmpfs can be mounted: not root"; fi
if mounts inodes size=1m,nr_inodes=4; then
    for i in 1 2 3; do : >"$work/inodes/$i"; done 2>/dev/null
    f=$work/inodes/halt
    timed 3000 3 "stop where no file can have a name any more" sluice-halt stop "$f"
    says "says why" 'unable to make.*No space left'
    sign; timed 3000 0 "with --lock the signer is locked" sluice-halt stop "$f" --lock "$work/s"; wait $signer
else skip "a disk without inodes" "no tmpfs can be mounted: not root"; fi
if mounts ro size=1m && mount -o remount,ro "$work/ro" 2>/dev/null; then
    f=$work/ro/halt
    timed 3000 3 "stop in a read-only folder" sluice-halt stop "$f"
    says "says why" 'unable to make.*Read-only'
    for verb in cancel sell; do
        sign; timed 3000 3 "$verb --lock in a read-only folder" sluice-halt $verb "$f" --lock "$work/s"
        wait $signer; is "locks the signer" $? 0
    done
    sign; timed 3000 0 "stop --lock in a read-only folder" sluice-halt stop "$f" --lock "$work/s"
    wait $signer; is "locks the signer" $? 0
    says "entries continue, as it reports, but the signer is locked" 'unable to make'
    f=$work/halt; clean; execute 0; kill -STOP $ex
    timed 8000 0 "sell in a read-only folder, with --kill and --run, needs no file" sluice-halt sell "$work/ro/halt" --wait 30 --kill "$f.pid" --run true
    wait $ex 2>/dev/null; is "execute was killed" $? 137
    mount -o remount,rw "$work/ro" && sluice-halt stop "$work/ro/halt" 2>/dev/null && mount -o remount,ro "$work/ro"
    exits 0 "what is there already is in force" sluice-halt stop "$work/ro/halt"
    timed 3000 3 "resume in a read-only folder" sluice-halt resume "$work/ro/halt"
else skip "a read-only folder" "no tmpfs can be mounted: not root"; fi
if command -v fsfreeze >/dev/null && command -v mkfs.ext4 >/dev/null && truncate -s 8M "$work/img" && mkfs.ext4 -q "$work/img" 2>/dev/null && mkdir "$work/ice" && mount -o loop "$work/img" "$work/ice" 2>/dev/null && fsfreeze -f "$work/ice" 2>/dev/null; then
    sign; timed 5000 0 "stop --lock on a disk that hangs" sluice-halt stop "$work/ice/halt" --lock "$work/s"
    says "says that the disk hangs" 'unable to make.*timed out'
    wait $signer; is "locks the signer" $? 0
    fsfreeze -u "$work/ice"
else skip "a disk that hangs" "no loop device to freeze"; fi

# Memory.
f=$work/halt; clean
case $B in *asan*|*tsan*) skip "with 2 MB of address space and 64 KB of stack" "a sanitizer needs more" ;; *)
    short() { sh -c 'ulimit -v 2048; ulimit -s 64; exec "$@"' short "$@"; }
    timed 3000 0 "with 2 MB of address space and 64 KB of stack: stop" short sluice-halt stop "$f"
    timed 3000 0 "cancel" short sluice-halt cancel "$f"
    execute 5
    timed 5000 0 "sell" short sluice-halt sell "$f" --wait 30
    gone $ex
    sign; timed 3000 0 "lock" short sluice-halt lock "$work/s"; wait $signer
    timed 3000 0 "resume" short sluice-halt resume "$f" ;;
esac
if command -v setpriv >/dev/null && command -v prlimit >/dev/null && [ "$(id -u)" = 0 ]; then
    mkdir "$work/open"; chmod 711 "$work"; chmod 777 "$work/open"
    install -m 755 "$B/bin/sluice-halt" "$work/open/sluice-halt" # the build may lie where nobody else may look
    alone() { ASAN_OPTIONS=detect_leaks=0 setpriv --reuid 65534 --clear-groups prlimit --nproc=0 "$@"; } # to look for leaks a sanitizer makes a process
    exits 2 "nobody can make a process" alone sh -c '(true)& wait; exit 0'
    timed 3000 0 "where no process can be made" alone "$work/open/sluice-halt" stop "$work/open/halt"
else skip "where no process can be made" "not root, or no prlimit"; fi

# Nothing of the trader in it.
names() { nm -g --defined-only "$1" 2>/dev/null | awk 'NF==3{print $3}' | sort -u; }
names "$B/libsluice.a" >"$work/theirs"
names "$B/bin/sluice-halt" >"$work/ours"
ok "the library has names to look for" test "$(wc -l <"$work/theirs")" -gt 300
ok "and so has sluice-halt" grep -qx main "$work/ours"
is "none of the library's is in it" "$(comm -12 "$work/theirs" "$work/ours")" ""
is "it includes nothing of ours" "$(grep -c '#include "' risk/halt/sluice-halt.c)" 0
case $B in *asan*|*tsan*) skip "it wants no shared library" "a sanitizer does" ;; *) is "it wants no shared library" "$(readelf -d "$B/bin/sluice-halt" 2>/dev/null | grep -c NEEDED)" 0 ;; esac
done_testing
