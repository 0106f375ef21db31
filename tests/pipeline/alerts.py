#!/usr/bin/env python3
"""alerts.py MARKET [T_NS CODE]... > stream: a stream with one alert at each of these times, under the head of the stream MARKET (a file). It has
no eos, whose checksum would have to be made, so that its readers end with 1."""
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from records import frame

with open(sys.argv[1], "rb") as f:
    start = f.read(4)
    sys.stdout.buffer.write(start + f.read(int.from_bytes(start[1:3], "big")))
ID = 28  # alert
for n, (t, code) in enumerate(zip(sys.argv[2::2], sys.argv[3::2])):
    sys.stdout.buffer.write(frame(ID, [int(t), 4, n + 1, 0, 0, 2, code, "a test"]))
