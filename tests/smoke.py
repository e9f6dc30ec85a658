#!/usr/bin/env python3
"""Starts the release binary's demo in a real 80x24 terminal, looks for its screen, asks for help, and leaves.

Standard library only. Prints plain lines; exit 0 when all of them hold, 1 at the first that does not.
Usage: smoke.py [PROGRAM]   (default: the release build's countersign)
"""

import fcntl
import os
import pathlib
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROWS, COLUMNS = 24, 80
FIRST_SCREEN_WITHIN = 30.0  # the demo makes its data first
ANSWER_WITHIN = 5.0
QUIT_WITHIN = 2.0
QUIET = 0.15  # no byte for so long: the screen is drawn

TOP = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78]")


class Broken(Exception):
    """A line that does not hold."""


class Terminal:
    """A program under a pseudo-terminal, and every byte that it has sent."""

    def __init__(self, command, environment):
        self.master, self.slave = os.openpty()  # the slave stays open: its settings are looked at afterwards
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.sent = b""
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def read(self, seconds):
        """Reads what comes within so many seconds; whether anything came."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            self.sent += os.read(self.master, 65536)
        except OSError:
            return False
        return True

    def wait_for(self, what, holds, seconds):
        end = time.monotonic() + seconds
        while not holds():
            if self.process.poll() is not None:
                while self.read(0.05):
                    pass
                if holds():
                    return
                raise Broken(f"{what}: the program ended first, exit code {self.process.returncode}")
            if time.monotonic() > end:
                raise Broken(f"{what}: not within {seconds:g} s")
            self.read(0.05)

    def settle(self):
        """Reads until the program has nothing more to say."""
        end = time.monotonic() + ANSWER_WITHIN
        while self.read(QUIET) and time.monotonic() < end:
            pass

    def press(self, key, name):
        """Sends a key and waits until the screen has answered it."""
        before = len(self.sent)
        os.write(self.master, key)
        self.wait_for(f"{name} changes the screen", lambda: len(self.sent) > before, ANSWER_WITHIN)
        self.settle()
        print(f"ok    {name} changes the screen")

    def cooked(self):
        """Whether lines are edited and echoed again, as a shell expects."""
        local = termios.tcgetattr(self.slave)[3]
        return bool(local & termios.ICANON) and bool(local & termios.ECHO)

    def words(self):
        """What was sent, without its control sequences."""
        return SEQUENCE.sub(b"", self.sent)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def run(terminal):
    seen = lambda: b"Waiting" in terminal.words() and b"trainees" in terminal.words()
    terminal.wait_for("Home appears", seen, FIRST_SCREEN_WITHIN)
    terminal.settle()
    print("ok    Home appears")
    terminal.press(b"?", "help")
    # Escape alone: the answer is waited for, so that the next key is not read as Alt and that key.
    terminal.press(b"\x1b", "Esc")

    asked = time.monotonic()
    os.write(terminal.master, b"q")
    while terminal.process.poll() is None:
        if time.monotonic() - asked > QUIT_WITHIN:
            raise Broken(f"q: still running after {QUIT_WITHIN:g} s")
        terminal.read(0.01)
    took = time.monotonic() - asked
    while terminal.read(0.05):
        pass
    if terminal.process.returncode != 0:
        raise Broken(f"q: exit code {terminal.process.returncode}, not 0")
    print(f"ok    q ends the program with exit code 0 after {took * 1000:.0f} ms")

    entered, left = terminal.sent.rfind(b"\x1b[?1049h"), terminal.sent.rfind(b"\x1b[?1049l")
    if entered < 0 or left < entered:
        raise Broken("the alternate screen is left: it is not")
    print("ok    the alternate screen is left")
    if terminal.sent.rfind(b"\x1b[?25l") > terminal.sent.rfind(b"\x1b[?25h"):
        raise Broken("the cursor shows again: it does not")
    print("ok    the cursor shows again")
    if not terminal.cooked():
        raise Broken("the terminal is as a shell expects it: it is still raw")
    print("ok    the terminal is as a shell expects it")


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(TARGET / "release" / "countersign")
    if not os.access(program, os.X_OK):
        print(f"FAIL  no program at {program}: cargo build --release")
        return 1
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": home,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        terminal = Terminal([program, "demo"], environment)
        try:
            run(terminal)
        except Broken as fault:
            tail = terminal.words()[-400:].decode("utf-8", "replace")
            print(f"FAIL  {fault}")
            print(f"      last words: {tail!r}")
            return 1
        finally:
            terminal.end()
    print("smoke run: all held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
