#!/usr/bin/env python3
"""The figures of the guide that need a terminal, as ratios against the smallest ratatui program in the same run.

    tests/bench/terminal.py --probe PROBE --floor FLOOR --small DIR --large DIR

FLOOR is a program that shows a list of 200 rows and HELLO-READY, DIR a folder that `countersign demo --make` wrote, PROBE a
script that runs a program in a pseudo-terminal and times it from outside: `paint`, `keys`, `idle` and `exit`, each with --json.
The signing sessions are opened with the demo's passphrase and a PIN that is set here, and sign-offs are made: use copies.
"""
import argparse
import os
import subprocess
import tempfile

from probing import probe, row

PASSPHRASE, PIN, SUPERVISOR, TRAINEE = "lantern orchid gravel walnut harbour", "4071", "Sam Supervisor", "Alex Trainee"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--program", default="target/release/countersign")
    parser.add_argument("--floor", required=True)
    parser.add_argument("--small", required=True)
    parser.add_argument("--large", required=True)
    parser.add_argument("--runs", type=int, default=60)
    return parser.parse_args()


def secret(folder, name, text):
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def main():
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        passphrase, pin = secret(folder, "passphrase", PASSPHRASE), secret(folder, "pin", PIN)
        own = ["--as", SUPERVISOR, "--passphrase-file", passphrase]
        subprocess.run([asked.program, "--data", asked.large, "key", "pin", "--pin-file", pin, *own], check=True)
        measure(asked, own)


def measure(asked, own):
    def shows(data):
        return [asked.program, "--data", data, "--trainee", TRAINEE]

    signed_in = shows(asked.large) + own
    runs = ["--runs", str(asked.runs)]
    print("| measure | figure | at most |\n| --- | --- | --- |")
    floor = probe(asked, "paint", "HELLO-READY", *runs, program=[asked.floor])["paint_ms"]["median"]
    small = probe(asked, "paint", "Everything left", *runs, program=shows(asked.small))["paint_ms"]["median"]
    large = probe(asked, "paint", "Everything left", *runs, program=shows(asked.large))
    paint = large["paint_ms"]["median"]
    row("first paint, large file", f"{paint:.1f} ms = {paint / floor:.1f} × floor ({floor:.1f} ms)", "4 ×")
    row("first paint, large against small file", f"{paint / small:.2f}", "1.2")
    row("memory at its peak, no passphrase given", f"{large['peak_rss_kib']['max'] / 1024:.1f} MiB", "16 MiB")

    moves = ["--step", "<Down>", "--step", "<Up>", "--reps", "100"]
    floor = probe(asked, "keys", "HELLO-READY", *moves, program=[asked.floor])["all"]["paint_ms"]["p95"]
    for name, steps, limit in [
        ("cursor move", moves, 1300),
        ("pane change", ["--step", "<Tab>", "--reps", "60"], 2500),
        ("mark", ["--step", "<Space>", "--reps", "9"], 1300),
    ]:
        seen = probe(asked, "keys", "Everything left", *steps, program=signed_in)["all"]
        p95, most = seen["paint_ms"]["p95"], seen["out_bytes"]["max"]
        row(f"{name}, key to paint p95", f"{p95:.2f} ms = {p95 / floor:.1f} × floor ({floor:.2f} ms)", "2 ×")
        row(f"{name}, bytes on the line, most", f"{most:.0f}", limit)
    log = probe(asked, "keys", "Everything left", "--setup", "6=>valid signature", *moves, program=signed_in)["all"]["out_bytes"]["max"]
    row("cursor move in the history, bytes, most", f"{log:.0f}", 300)

    # The second V marks also what is signed.
    batch = ["--step", f"VVs{PIN}=>PIN.{{0,3}}••••", "--step", "<Enter>=>Signed 72", "--reps", "5"]
    signed = probe(asked, "keys", "Everything left", *batch, program=signed_in)["steps"][1]["paint_ms"]
    row("Enter to “Signed 72”", f"{signed['median']:.1f} ms (least {signed['min']:.1f})", "10 ms")

    rest = probe(asked, "idle", "Everything left", "--seconds", "10", program=signed_in)["per_10_s"]
    words = f"{rest['out_bytes']:.0f} bytes, {rest['wakeups']:.0f} wake-ups, {rest['cpu_ms']:.1f} ms CPU"
    row("at rest for 10 s, signed in", words, "0, 2, 1 ms")
    for name, way in [("q", ["--quit", "q"]), ("SIGTERM", ["--signal", "TERM"]), ("SIGHUP", ["--signal", "HUP"])]:
        left = probe(asked, "exit", "Everything left", *way, program=signed_in)
        state = "terminal restored" if not left["modes_left_on"] and not left["tty_left_raw"] else "terminal NOT restored"
        row(f"leaving by {name}", f"{left['exit_ms']:.0f} ms, {state}", "50 ms")


main()
