#!/usr/bin/env python3
"""archive_server.py FILE PORT_FILE - a loopback archive that serves FILE as every hour, and misbehaves by the hour asked for:

00 well-behaved  01 cuts the first answer in the middle  02 404  03 answers 503 twice  04 knows no ranges  05 an HTML page
06 answers 429 with Retry-After first  07 stalls in the middle  08 resumes at the wrong place  09 always 500  10 redirects to 00
Each request is one line on standard error: the hour and the first byte asked for."""
import http.server, re, sys, threading, time

data = open(sys.argv[1], "rb").read()
seen = {}

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a): pass

    def plain(self, status, body, **headers):
        self.send_response(status)
        for k, v in headers.items(): self.send_header(k.replace("_", "-"), v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        m = re.match(r"^/(\d{4})/(\d\d)/(\d\d)/(\d\d)\.jsonl\.zst$", self.path)
        if not m: return self.plain(404, b"no")
        hour = int(m.group(4))
        n = seen[hour] = seen.get(hour, 0) + 1
        r = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        at = int(r.group(1)) if r else 0
        print(hour, at, file=sys.stderr, flush=True)
        if hour == 2: return self.plain(404, b"<html>not here</html>")
        if hour == 3 and n <= 2: return self.plain(503, b"later")
        if hour == 5: return self.plain(200, b"<!DOCTYPE html><html>please log in</html>")
        if hour == 6 and n == 1: return self.plain(429, b"slow down", Retry_After="1")
        if hour == 9: return self.plain(500, b"broken")
        if hour == 10: return self.plain(302, b"", Location=self.path.replace("10.jsonl", "00.jsonl"))
        if hour == 4: at, r = 0, None
        if r and at >= len(data): return self.plain(416, b"", Content_Range="bytes */%d" % len(data))
        self.send_response(206 if r else 200)
        if r: self.send_header("Content-Range", "bytes %d-%d/%d" % (at + (hour == 8), len(data) - 1, len(data)))
        self.send_header("Content-Length", str(len(data) - at))
        self.end_headers()
        body = data[at:]
        if (hour in (1, 4, 8) and n == 1) or hour == 7: body = body[:len(body) // 2]
        self.wfile.write(body)
        self.wfile.flush()
        if hour == 7: time.sleep(60)
        if len(body) < len(data) - at: self.close_connection = True

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
open(sys.argv[2] + ".new", "w").write(str(server.server_port))
import os
os.rename(sys.argv[2] + ".new", sys.argv[2])
threading.Timer(300, lambda: os._exit(0)).start()  # never outlives its test for long
server.serve_forever()
