"""Machines with systemd as PID 1, each with its own files, network namespace and address. Needs root; see machine.sh."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parent.parent
NET = REPO / "tests/EndToEnd/lab/net.sh"
DOTNET = pathlib.Path(shutil.which("dotnet") or "/usr/bin/dotnet").resolve().parent
TESTS = REPO / "tests/Pryvd.Tests/bin/Release/net10.0"
OUT = pathlib.Path(os.environ.get("PRYVD_MACHINES", REPO / "out/machines"))


# Between two looks at a condition in another machine, of which nothing tells. Each wait has a deadline.
PACE = 0.05


class Failed(AssertionError):
    """A command in a machine did not end as it should have."""


def until(what, condition, patience=30.0):
    """Waits until the condition gives something true, and returns it; a probe that fails counts as not yet."""
    deadline = time.monotonic() + patience
    last = None
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except (Failed, subprocess.SubprocessError) as failure:
            last = failure  # Said below if it stays so.
        time.sleep(PACE)
    raise AssertionError(f"after {patience} s still not so: {what}" + (f"; last: {last}" if last else ""))


def package(build, kind="deb"):
    """The package of one of the two builds, `old` or `new`."""
    found = sorted((OUT / build).glob(f"*.{kind}"))
    assert len(found) == 1, f"{OUT / build} holds {len(found)} packages of kind {kind}; make e2e-machines makes one"
    return found[0]


class Machine:
    def __init__(self, lab, number):
        self.name = f"n{number}"
        self.address = f"10.77.0.{number}"
        self._namespace = f"{lab.prefix}-{number}"
        self._folder = lab.folder / self.name
        self.root = self._folder / "root"
        # Of this machine and run alone. SQLite follows /proc/PID/root to / and opens it here, where a later run would find what was installed.
        self.rpm_database = f"/var/lib/rpm-{self._namespace}"
        os.mkdir(self.rpm_database)
        for part in ("root", "upper", "work"):
            (self._folder / part).mkdir(parents=True)
        layers = f"lowerdir={OUT / 'tree'},upperdir={self._folder / 'upper'},workdir={self._folder / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, self.root], check=True)
        self.write("/etc/hostname", self.name + "\n")
        self.write("/etc/machine-id", "")
        self.write("/etc/hosts", "127.0.0.1 localhost\n" + "".join(f"10.77.0.{i} n{i}\n" for i in range(1, 10)))
        self._nspawn = self._leader = None

    @property
    def is_on(self):
        return self._nspawn is not None

    @property
    def leader_pid(self):
        """Of its PID 1, as it is numbered here."""
        return self._leader

    @property
    def socket(self):
        """The daemon's socket, as this machine here reaches it."""
        return f"/proc/{self._leader}/root/run/pryvd/pryvd.sock"

    def boot(self):
        line = subprocess.run([HERE / "machine.sh", "boot", self.root, self._namespace], check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
        self._nspawn, self._leader = map(int, line.split())

    def power_off(self):
        """An orderly end: systemd stops all services."""
        self.run("systemctl", "poweroff", check=False)
        self._gone()

    def pull_the_plug(self):
        """All its processes die at once."""
        os.kill(self._leader, signal.SIGKILL)
        self._gone()

    @contextlib.contextmanager
    def tree(self, place, source):
        """A folder of this machine here, seen there from the next boot on."""
        inside = self.root / place.lstrip("/")
        inside.mkdir(parents=True)
        subprocess.run(["mount", "--bind", "-o", "ro", source, inside], check=True)
        yield
        subprocess.run(["umount", "-l", inside], check=True)

    def destroy(self):
        if self.is_on:
            self.pull_the_plug()
        subprocess.run(["umount", "-R", self.root], check=False)
        shutil.rmtree(self.rpm_database, ignore_errors=True)
        subprocess.run([HERE / "machine.sh", "forget", self._namespace], check=False)

    def run(self, *command, check=True, code=None, timeout=120, env=None):
        """Runs a command inside; `code` is the exit code that is expected instead of 0."""
        inside = ["nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-p", "-n", "-C", "-r", "-w"]
        environment = ["env", "-i", "HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        settings = [f"{name}={value}" for name, value in (env or {}).items()]
        done = subprocess.run(
            inside + environment + settings + [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", timeout=timeout)
        if check and done.returncode != (code or 0):
            raise Failed(f"{self.name}: {' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def sh(self, script, **more):
        return self.run("bash", "-euo", "pipefail", "-c", script, **more)

    def start(self, *command):
        """Starts a command inside and waits for nothing."""
        inside = ["nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-p", "-n", "-C", "-r", "-w"]
        return subprocess.Popen(inside + [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def pryvd(self, *command, **more):
        return self.run("pryvd", *command, **more)

    def json(self, *command):
        return json.loads(self.pryvd(*command, "-o", "json").stdout)

    def status(self):
        return self.json("status")

    def write(self, path, text, mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()

    def has(self, path):
        return os.path.lexists(self.root / path.lstrip("/"))

    def give(self, file, folder="/root"):
        shutil.copy(file, self.root / folder.lstrip("/"))
        return f"{folder}/{pathlib.Path(file).name}"

    def install(self, build="new"):
        return self.run("dpkg", "-i", self.give(package(build)))

    def rpm(self, *arguments):
        """This machine's rpm on the files of that one, which has none; scriptlets see its systemd. Debian's packages are not in its database."""
        inside = ["nsenter", "-t", str(self._leader), "-u", "-i", "-p", "-n", "-C"] if self.is_on else []
        root = f"/proc/{self._leader}/root" if self.is_on else str(self.root)
        done = subprocess.run(
            [*inside, "rpm", "--root", root, "--dbpath", self.rpm_database, "--nosignature", *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        if done.returncode != 0:
            raise Failed(f"{self.name}: rpm {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout

    def log(self, unit="pryvd"):
        return self.run("journalctl", "-u", unit, "--no-pager", "-o", "cat").stdout

    def fatal_lines(self, unit="pryvd"):
        """What the daemon said of its own failures, shortened."""
        return [line[:1000] for line in self.run("journalctl", "-u", unit, "--no-pager", "-o", "cat", "-g", '"level":"fatal"', check=False).stdout.splitlines() if line.startswith("{")]

    def pid(self, unit="pryvd"):
        return int(self.run("systemctl", "show", "-p", "MainPID", "--value", unit).stdout)

    def is_active(self, unit="pryvd"):
        return self.run("systemctl", "is-active", unit, check=False).stdout.strip() == "active"

    def _gone(self):
        # The parent is the script that booted it, which has ended; init reaps.
        until(f"{self.name} is off", lambda: not os.path.exists(f"/proc/{self._nspawn}") or open(f"/proc/{self._nspawn}/stat").read().split(") ")[1][0] == "Z")
        self._nspawn = self._leader = None


class Lab:
    """Some machines on one switch; everything is gone afterwards."""

    _made = 0

    def __init__(self, machines):
        Lab._made += 1
        self.prefix = f"pm{os.getpid()}x{Lab._made}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pryvd-machines-", dir=OUT))
        self._count = machines
        self.machines = []
        subprocess.run(["bash", NET, "up", self.prefix, str(machines)], check=True)
        try:
            self.machines = [Machine(self, i + 1) for i in range(machines)]
            for machine in self.machines:
                machine.boot()
        except BaseException:
            # Nobody has it yet who could close it; an interrupt must not leave machines behind either.
            self.close()
            raise

    def __getitem__(self, index):
        return self.machines[index]

    def close(self):
        for machine in self.machines:
            machine.destroy()
        subprocess.run(["bash", NET, "down", self.prefix, str(self._count)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self, build="new"):
        """On all machines at once, as an operator's tool would."""
        waiting = [(m, m.start("dpkg", "-i", m.give(package(build)))) for m in self.machines]
        for machine, process in waiting:
            said = process.communicate(timeout=120)[0]
            if process.returncode != 0:
                raise Failed(f"{machine.name}: dpkg -i: {said}")

    def form(self):
        """init on the first, join on the others with its address; returns when all vote."""
        token = self.machines[0].json("init", "--cluster", "prod")["token"]
        for machine in self.machines[1:]:
            machine.write("/root/token", token, 0o600)
            machine.pryvd("join", self.machines[0].address, "--token-file", "/root/token")
            if machine is not self.machines[-1]:
                token = self.machines[0].json("token", "create")["token"]
        self.settled()

    def settled(self, *machines, patience=60):
        """Every one of these serves, and sees a quorum and all of them."""
        wanted = machines or [m for m in self.machines if m.is_on]
        names = {m.name for m in wanted}

        def serves(machine):
            status = machine.status()
            living = {m["name"] for m in status["members"] if m["role"] == "voter"}
            return status["quorum"] and status["state"] == "running" and (names <= living or len(wanted) < 3)

        for machine in wanted:
            until(f"{machine.name} serves with {sorted(names)}", lambda m=machine: serves(m), patience)

    def leader(self):
        def find():
            name = next(m for m in self.machines if m.is_on).status()["leader"]
            return next((m for m in self.machines if m.name == name and m.is_on), None)

        return until("there is a leader", find)
