"""Runs the commands of docs/operating.md: blocks of sh, each for the machines that its first line names, and what comments say the test has to do between them."""

import os
import re
import subprocess

from lab import REPO, Machine, package

PAGE = REPO / "docs/operating.md"

# What `admin` finds as ssh and scp: the test's way into the machines.
SSH = """#!/bin/sh
machine=$1; shift
exec nsenter -t "$(cat "$PRYVD_LAB/$machine.pid")" -m -u -i -p -n -C -r -w env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c 'cd; exec "$@"' sh "$@"
"""
SCP = """#!/bin/bash
set -eu
place() { case $1 in *:/*) echo "$PRYVD_LAB/${1%%:*}/root/${1#*:/}" ;; *:*) echo "$PRYVD_LAB/${1%%:*}/root/root/${1#*:}" ;; *) echo "$1" ;; esac; }
sources=()
for file in "${@:1:$#-1}"; do sources+=("$(place "$file")"); done
exec cp "${sources[@]}" "$(place "${@: -1}")"
"""


def steps(text):
    """(what, words, lines) in the order of the page: what is `run` or the name of a directive, words are machines."""
    pattern = re.compile(r"^```sh (?P<where>[^\n]+)\n(?P<body>.*?)^```|^<!-- test: (?P<what>\w+) (?P<words>[^\n]*?) -->", re.M | re.S)
    for found in pattern.finditer(text):
        if found["where"]:
            yield "run", found["where"].split(), [line for line in found["body"].splitlines() if line.strip()]
        else:
            yield found["what"], found["words"].split(), []


class Walk:
    """The page as it is walked through on a lab."""

    def __init__(self, lab):
        self._lab = lab
        self._admin = lab.folder / "admin"
        self._admin.mkdir()
        for name, script in (("ssh", SSH), ("scp", SCP)):
            tool = lab.folder / "tools" / name
            tool.parent.mkdir(exist_ok=True)
            tool.write_text(script)
            tool.chmod(0o755)
        for machine in lab.machines:
            self._provide(machine)
        self.commands = 0

    def go(self):
        for what, words, lines in steps(PAGE.read_text()):
            getattr(self, f"_{what}")(words, lines)

    def _run(self, where, lines):
        for name in where:
            for line in lines:
                self.commands += 1
                if name == "admin":
                    self._as_admin(line)
                else:
                    self._machine(name).sh(f"cd; {line}")

    def _as_admin(self, line):
        environment = dict(os.environ, PATH=f"{self._lab.folder / 'tools'}:{os.environ['PATH']}", PRYVD_LAB=str(self._lab.folder))
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=self._admin, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"admin: {line}: exit code {done.returncode}\n{done.stdout}{done.stderr}"

    def _settled(self, names, _):
        self._lab.settled(*map(self._machine, names))

    def _off(self, names, _):
        for name in names:
            self._machine(name).pull_the_plug()

    def _new(self, names, _):
        """A bare machine in the place of one that is off."""
        for name in names:
            number = int(name[1:])
            old = self._lab.machines[number - 1]
            old.destroy()
            subprocess.run(["rm", "-rf", str(old.root.parent)], check=True)
            fresh = self._lab.machines[number - 1] = Machine(self._lab, number)
            fresh.boot()
            self._provide(fresh)

    def _provide(self, machine):
        machine.give(package("new"))
        (self._lab.folder / f"{machine.name}.pid").write_text(str(machine.leader_pid))

    def _machine(self, name):
        return next(m for m in self._lab.machines if m.name == name)
