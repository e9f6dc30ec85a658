"""What both sets of figures with a terminal share: asking the probe, writing a row."""
import json
import subprocess
import sys


def probe(asked, verb, ready, *options, program):
    command = [sys.executable, asked.probe, verb, "--json", "--ready", ready, *options, "--", *program]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def row(measure, figure, limit):
    print(f"| {measure} | {figure} | {limit} |", flush=True)
