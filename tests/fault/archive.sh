# archive.sh - start the loopback archive: . tests/fault/archive.sh; archive_start FILE. Sets url; the server ends with the test.
# Sourced, not run; wants tap.sh.
archive_start() {
    rm -f "$work/port"
    python3 tests/fault/archive_server.py "$1" "$work/port" 2>"$work/requests" &
    archive_pid=$!
    trap 'kill $archive_pid 2>/dev/null; rm -rf "$work"' EXIT
    for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.05; done
    url=http://127.0.0.1:$(cat "$work/port")
}
