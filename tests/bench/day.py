#!/usr/bin/env python3
"""The figures of the working day on a large file: the cohort, the queue, filters, rosters, standards, evidence.

    tests/bench/day.py --probe PROBE --floor FLOOR --large DIR

As for `terminal.py`, DIR is a folder that `countersign demo --make` wrote (over five standards, without `--sign-offs-only`).
People, a standard and a file are added to it: use a copy.
"""
import argparse
import contextlib
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

from probing import probe, row

PASSPHRASE, OFFICER, TRAINEE = "lantern orchid gravel walnut harbour", "Tilly Officer", "Alex Trainee"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--program", default="target/release/countersign")
    parser.add_argument("--floor", required=True)
    parser.add_argument("--large", required=True)
    parser.add_argument("--runs", type=int, default=12)
    return parser.parse_args()


def ran(command):
    """Seconds and peak MiB of a command that must succeed. The peak is the program's own, not that of what started it."""
    begun, peak = time.monotonic(), 0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        while process.poll() is None:
            with contextlib.suppress(OSError, StopIteration):
                with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                    line = next(line for line in status if line.startswith("VmHWM"))
                peak = max(peak, int(line.split()[1]))
            time.sleep(0.001)
        took = time.monotonic() - begun
        if process.returncode != 0:
            said.seek(0)
            sys.exit(f"{' '.join(command)}\n{said.read().decode()}")
    return took, peak / 1024


def roster(folder, people):
    path = os.path.join(folder, "roster.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("name,roles,department,level,standard,start,specialism\n")
        for number in range(people):
            file.write(f"New Person {number:05},trainee,Demo Department,practitioner,ST0413 1.1,2025-09-01,cardiology\n")
    return path


def record(folder):
    """A public record of nearly 5 MiB: 4,000 KSBs over 200 duties."""
    words = random.Random(1)
    text = lambda size: " ".join(words.choice(["measure", "record", "explain", "check", "report"]) for _ in range(size))
    items = {
        name: [{f"{name[:-1]}Id": f"{name}-{n}", "detail": f"{text(150)} {n}."} for n in range(count)]
        for name, count in [("knowledges", 1900), ("skills", 1900), ("behaviours", 200)]
    }
    duties = [
        {
            "dutyID": f"duty-{n}",
            "dutyDetail": f"{text(60)} {n}.",
            "isThisACoreDuty": 1,
            "mappedKnowledge": [f"knowledges-{k}" for k in range(n, 1900, 200)],
            "mappedSkill": [f"skills-{k}" for k in range(n, 1900, 200)],
            "mappedBehaviour": [f"behaviours-{n}"],
        }
        for n in range(200)
    ]
    whole = {
        "referenceNumber": "ST9999", "versionNumber": "1.0", "version": "1.0", "title": "A very long standard", "level": 6,
        "typicalDuration": 36, "duties": duties, **items,
    }
    path = os.path.join(folder, "record.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(whole, file)
    return path


def evidence(folder):
    path = os.path.join(folder, "film.pdf")
    with open(path, "wb") as file:
        file.write(b"%PDF-1.4\n")
        file.write(random.Random(2).randbytes(20 << 20))
    return path


def screens(asked):
    program = [asked.program, "--data", asked.large, "--trainee", TRAINEE]
    first = probe(asked, "paint", "HELLO-READY", "--runs", "40", program=[asked.floor])["paint_ms"]["median"]
    moves = ["--step", "<Down>", "--step", "<Up>", "--reps", "100"]
    floor = probe(asked, "keys", "HELLO-READY", *moves, program=[asked.floor])["all"]["paint_ms"]["p95"]
    rss = []

    def opened(step):
        times = []
        for _ in range(asked.runs):
            seen = probe(asked, "keys", "KSBs", "--step", step, "--reps", "1", program=program)
            times.append(seen["steps"][0]["paint_ms"]["median"])
            rss.append(seen["peak_rss_kib"])
        return statistics.median(times)

    grid = opened("3=>trainees")
    row("cohort, key to the first grid", f"{grid:.1f} ms = {grid / first:.1f} × floor ({first:.1f} ms)", "5 ×")
    queue = opened("2=>claims")
    row("queue, key to its first rows", f"{queue:.1f} ms = {queue / first:.1f} × floor", "")
    at = ["--setup", "3=>trainees"]
    for name, steps in [("cursor move", moves), ("page", ["--step", "<PgDn>", "--reps", "100"])]:
        seen = probe(asked, "keys", "KSBs", *at, *steps, program=program)
        p95 = seen["all"]["paint_ms"]["p95"]
        rss.append(seen["peak_rss_kib"])
        row(f"cohort, {name}, key to paint p95", f"{p95:.2f} ms = {p95 / floor:.1f} × floor ({floor:.2f} ms)", "2 ×")
    for name, setup, keys in [
        ("cohort, a filter's character", [*at, "--setup", "/"], "hawth"),
        ("cohort, the last character of `behind`", [*at, "--setup", "/behin"], "d"),
        ("queue, a filter's character", ["--setup", "2=>claims", "--setup", "/"], "elder"),
    ]:
        steps = [part for key in [*keys, *["<BS>"] * len(keys)] for part in ("--step", key)]
        seen = probe(asked, "keys", "KSBs", *setup, *steps, "--reps", "10", program=program)
        rss.append(seen["peak_rss_kib"])
        times = seen["all"]["paint_ms"]
        row(f"{name}, key to paint p95", f"{times['p95']:.1f} ms (median {times['median']:.1f})", "16 ms")
    row("memory at its peak over these screens", f"{max(rss) / 1024:.1f} MiB", "16 MiB")
    rest = probe(asked, "idle", "KSBs", *at, "--seconds", "10", program=program)["per_10_s"]
    words = f"{rest['out_bytes']:.0f} bytes, {rest['wakeups']:.0f} wake-ups, {rest['cpu_ms']:.1f} ms CPU"
    row("at rest on the cohort for 10 s", words, "0, 2, 1 ms")


def work(asked, folder):
    secret = os.path.join(folder, "passphrase")
    with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(PASSPHRASE + "\n")
    run = [asked.program, "--data", asked.large]
    own = ["--as", OFFICER, "--passphrase-file", secret]
    took, peak = ran([*run, "person", "import", roster(folder, 5000), "--yes", *own])
    row("`person import` of 5,000 rows", f"{took:.2f} s, {peak:.0f} MiB", "2 s")
    path = record(folder)
    took, peak = ran([*run, "standard", "import", path, "--yes", *own])
    size = os.path.getsize(path) / (1 << 20)
    row(f"`standard import` of {size:.1f} MiB", f"{took:.2f} s, {peak:.0f} MiB", "1 s")
    film = evidence(folder)
    with open(film, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    subprocess.run([*run, "key", "add", TRAINEE, "--new-passphrase-file", secret, *own], check=True, stdout=subprocess.DEVNULL)
    took, peak = ran([*run, "evidence", "add", film, "--as", TRAINEE, "--passphrase-file", secret])
    row("evidence of 20 MiB handed in", f"{took:.2f} s, {peak:.0f} MiB of which 64 are the passphrase's", "streamed")
    took, peak = ran([*run, "evidence", "save", digest, os.path.join(folder, "saved.pdf")])
    row("evidence of 20 MiB saved again", f"{took:.2f} s, {peak:.0f} MiB", "streamed")


def main():
    asked = arguments()
    print("| measure | figure | at most |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        screens(asked)
        work(asked, folder)


main()
