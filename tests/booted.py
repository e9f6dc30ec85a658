#!/usr/bin/env python3
"""Boots a Debian folder in which the package is installed, in namespaces of its own, and has systemd run the units.

Standard library only. Usage: booted.py FOLDER    Exit 0: every line holds; 1: one does not; 77: it cannot be tried here.
The folder has a data folder with a training officer, /var/lib/countersign/addresses.csv and a sendmail that keeps mails.
"""

import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import time

BOOTED_WITHIN = 60.0
SHOWN_WITHIN = 20.0
SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78c]")

# The folder becomes the root of a private tree of mounts, with only the devices that a service may need, and no network.
BOOT = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount --rbind /sys sys
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
touch dev/tty1
mount --bind "$2" dev/tty1
mkdir dev/pts dev/shm
ln -s /proc/self/fd dev/fd
exec chroot . env -i container=docker PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=kmsg --unit=multi-user.target
"""


class Broken(Exception):
    """A line that does not hold."""


class Machine:
    """A booted folder, its systemd and its first console."""

    def __init__(self, folder):
        self.console, console = pty.openpty()
        self.log = open(folder.parent / "booted.log", "wb")
        command = ["unshare", "--fork", "--pid", "--mount", "--uts", "--ipc", "--net", "--mount-proc"]
        command += ["sh", "-c", BOOT, "sh", str(folder), os.ttyname(console)]
        self.unshare = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.systemd = None

    def boot(self):
        """Waits until systemd has started everything; whether it did."""
        until = time.monotonic() + BOOTED_WITHIN
        while time.monotonic() < until and self.unshare.poll() is None:
            children = pathlib.Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children")
            found = children.read_text().split() if children.exists() else []
            if found and "systemd" in pathlib.Path(f"/proc/{found[0]}/comm").read_text():
                self.systemd = found[0]
                state = self.run("systemctl", "is-system-running").stdout.strip()
                if state in ("running", "degraded"):
                    return True
            time.sleep(0.3)
        return False

    def run(self, *command):
        inside = ["nsenter", "-t", self.systemd, "-m", "-p", "-u", "-i", "-n", "-r", "-w"]
        inside += ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        return subprocess.run(inside + list(command), capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def must(self, *command):
        done = self.run(*command)
        if done.returncode != 0:
            raise Broken(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def shown(self, words):
        """Reads the console until these words are on it."""
        until, text = time.monotonic() + SHOWN_WITHIN, b""
        while time.monotonic() < until:
            if select.select([self.console], [], [], 0.2)[0]:
                try:
                    text += os.read(self.console, 65536)
                except OSError:
                    time.sleep(0.1)  # nobody has the console open
            if words in SEQUENCE.sub(b" ", text).decode("utf-8", "replace"):
                return
        raise Broken(f"no “{words}” on the console within {SHOWN_WITHIN:.0f} s: {SEQUENCE.sub(b' ', text)[-400:]!r}")

    def stop(self):
        if self.systemd:
            self.run("systemctl", "poweroff", "--force", "--force")
        try:
            self.unshare.wait(5)
        except subprocess.TimeoutExpired:
            self.unshare.send_signal(signal.SIGKILL)
            if self.systemd:
                os.kill(int(self.systemd), signal.SIGKILL)
            self.unshare.wait()
        self.log.close()


def fails_without_the_file(machine):
    """The nightly check fails, so that systemctl --failed lists it, if the file is missing, empty or overwritten."""
    data, unit = "/var/lib/countersign/data", "countersign-verify.service"
    replaced = {
        "missing": "true",
        "empty": f"touch {data}/countersign.db",
        "overwritten": f"head -c 100000 /dev/urandom >{data}/countersign.db",
    }
    for state, replace in replaced.items():
        machine.must("sh", "-c", f"mkdir {data}/away && mv {data}/countersign.db* {data}/away/")
        machine.must("sh", "-c", f"{replace}; chown -R countersign: {data}")
        done = machine.run("systemctl", "start", unit)
        listed = machine.run("systemctl", "--failed", "--no-pager", "--plain").stdout
        machine.must("sh", "-c", f"rm -f {data}/countersign.db*; mv {data}/away/* {data}/ && rmdir {data}/away")
        if done.returncode == 0 or unit not in listed:
            raise Broken(f"{unit} succeeds, or is not listed as failed, though the file is {state}: {listed}")
        machine.must("systemctl", "reset-failed", unit)
    machine.must("systemctl", "start", unit)
    print(f"{unit}: fails if the file is missing, empty or overwritten, and succeeds again once it is back")


def holds(machine):
    """One night's run of each unit that systemd runs at a time of day, and the workstation."""
    timers = ("backup", "verify", "digest", "hub-sync", "hub-check")
    timers = [one for one in timers if machine.run("systemctl", "cat", f"countersign-{one}.timer").returncode == 0]
    for one in timers:
        if machine.run("systemctl", "is-enabled", f"countersign-{one}.timer").stdout.strip() != "disabled":
            raise Broken(f"countersign-{one}.timer was on before anybody enabled it")
        machine.must("systemctl", "enable", "--now", f"countersign-{one}.timer")
    listed = machine.must("systemctl", "list-timers", "--no-pager", "countersign-*")
    for one in timers:
        if f"countersign-{one}.timer" not in listed:
            raise Broken(f"countersign-{one}.timer is not listed: {listed}")
    for one in ("backup", "verify", "digest"):
        unit = f"countersign-{one}.service"
        done = machine.run("systemctl", "start", unit)
        if done.returncode != 0:
            raise Broken(f"{unit}: {machine.run('journalctl', '--no-pager', '-u', unit).stdout}")
        print(f"{unit}: done")
    fails_without_the_file(machine)

    machine.must("systemctl", "enable", "--now", "countersign-kiosk@tty1")
    machine.shown("Nobody is signing")
    os.write(machine.console, b"q")
    machine.shown("Nobody is signing")
    print("countersign-kiosk@tty1: opens, and again after it was left")
    restarts = machine.must("systemctl", "show", "-P", "NRestarts", "countersign-kiosk@tty1").strip()
    if restarts != "1":
        raise Broken(f"the workstation was restarted {restarts} times, not once")
    machine.must("systemctl", "disable", "--now", "countersign-kiosk@tty1")
    for one in timers:
        machine.must("systemctl", "disable", "--now", f"countersign-{one}.timer")


def main():
    machine = Machine(pathlib.Path(sys.argv[1]).resolve())
    try:
        if not machine.boot():
            print("systemd does not start in namespaces here")
            return 77
        holds(machine)
        return 0
    except Broken as broken:
        print(f"WRONG: {broken}")
        return 1
    finally:
        machine.stop()


if __name__ == "__main__":
    sys.exit(main())
