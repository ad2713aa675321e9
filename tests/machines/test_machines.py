"""Booted machines: G1, G2, M1, M3, M13, R1, R8, H2, H4. Each test has machines of its own, bare but for what a Debian with systemd has."""

import re
import subprocess
import time
import unittest

import lab
from components import Component, running
from operating import Walk
from writers import Writers

# By `systemd-analyze security`: 0 is locked in, 10 is open. The unit says why each of what is left stays.
MOST_EXPOSED = 3.3


def seconds_since(start):
    return time.monotonic() - start


class OnMachines(unittest.TestCase):
    def machines(self, count):
        made = lab.Lab(count)
        self.addCleanup(made.close)
        return made

    def components(self, machine, *names, **more):
        """One by each driver for each of the names, applied and healthy."""
        made = [Component(machine, f"{name}-{driver}", driver, **more).apply(machine) for name in names for driver in ("process", "systemd")]
        for component in made:
            component.healthy(machine)
        return made

    def measured(self, what, value):
        print(f"MEASURED {what}: {value}", flush=True)

    def logged(self, machine, text):
        self.assertTrue(text in machine.log(), f"the log of {machine.name} does not say: {text}")

    def assert_counts(self, writers, machines):
        """Value and version are the number of acknowledged writes: each is there, none counted twice."""
        self.assertEqual([], writers.surprises)
        for machine in machines:
            found = {v["key"]: v for v in machine.json("var", "list")["vars"]}
            for client, count in enumerate(writers.acknowledged):
                var = found.get(writers.key(client), {"value": 0, "version": 0})
                self.assertEqual((count, count), (var["value"], var["version"]), f"client {client} on {machine.name}")


class Installing(OnMachines):
    def test_G1_three_bare_machines_serve_within_a_minute(self):
        site = self.machines(3)
        start = time.monotonic()
        site.install()
        installed = seconds_since(start)
        site.form()
        site[2].pryvd("var", "set", "a=1")
        self.assertEqual(["1"] * 3, [m.pryvd("var", "get", "a").stdout.strip() for m in site.machines])
        served = seconds_since(start)
        web = Component(site[0], "web").apply(site[0])
        self.assertEqual({"n1", "n2", "n3"}, set(web.healthy(site[0]).values()))
        took = seconds_since(start)
        self.measured("dpkg -i on three bare machines", f"{installed:.1f} s")
        self.measured("from dpkg -i to three serving nodes", f"{served:.1f} s")
        self.measured("from dpkg -i to a component healthy on each of them", f"{took:.1f} s")
        self.assertLess(took, 60)
        for machine in site.machines:
            lab.until(f"{machine.name} knows all routes", lambda m=machine: len(web.targets(m)) == 3)
            self.assertEqual({f"web/{i}": f"web/{i} on {node}" for i, node in ((int(k[-1]), v) for k, v in web.healthy(machine).items())}, web.answers(machine))
        self.service_is_as_promised(site[0])

    def service_is_as_promised(self, machine):
        kept = dict(line.split("=", 1) for line in machine.run("systemctl", "show", "pryvd").stdout.splitlines() if "=" in line)
        promised = {"Type": "notify", "KillMode": "process", "OOMPolicy": "continue", "Restart": "on-failure", "WatchdogUSec": "30s", "UnitFileState": "enabled"}
        self.assertEqual(promised, {key: kept[key] for key in promised})
        self.assertRegex(kept["StatusText"], r"^n1 is (leader|voter) of prod, n\d leads in term \d+$")
        self.assertEqual("660 root pryvd", machine.run("stat", "-c", "%a %U %G", "/run/pryvd/pryvd.sock").stdout.strip())
        self.assertEqual("711 root", machine.run("stat", "-c", "%a %U", "/var/lib/pryvd").stdout.strip())
        # But for the name of the database that counts, and the daemon's pid.
        open_to_others = machine.sh("find /var/lib/pryvd -mindepth 1 -maxdepth 1 -perm /077 ! -name CURRENT ! -name LOCK -printf '%f %m\\n'").stdout
        self.assertEqual("", open_to_others, "state, log and keys are for root alone")
        machine.run("useradd", "stranger")
        self.assertIn("not allowed", machine.run("setpriv", "--reuid=stranger", "--regid=stranger", "--clear-groups", "pryvd", "status", code=1).stderr.lower().replace("permission denied", "not allowed"))
        machine.run("setpriv", "--reuid=stranger", "--regid=pryvd", "--clear-groups", "pryvd", "status")
        exposure = float(re.search(r"exposure level for pryvd.service: ([\d.]+)", machine.run("systemd-analyze", "security", "--no-pager", "pryvd.service").stdout)[1])
        self.measured("systemd-analyze security", f"{exposure} of 10")
        self.assertLessEqual(exposure, MOST_EXPOSED)

    def test_an_interrupted_install_can_be_repeated(self):
        machine = self.machines(1)[0]
        deb = machine.give(lab.package("new"))
        for cut in ("/usr/bin/pryvd.dpkg-new", "/var/lib/dpkg/info/pryvd.postinst"):
            install = machine.start("dpkg", "-i", deb)
            lab.until(f"dpkg has come to {cut}", lambda: machine.has(cut) or install.poll() is not None)
            machine.run("pkill", "-9", "-x", "dpkg|dpkg-deb", check=False)
            install.communicate(timeout=60)
        machine.run("dpkg", "-i", deb)
        self.assertEqual("ii", machine.run("dpkg-query", "-W", "-f", "${db:Status-Abbrev}", "pryvd").stdout.strip())
        machine.pryvd("init")

    def test_M1_install_touches_no_cluster_that_is_there_and_starts_none(self):
        machine = self.machines(1)[0]
        machine.run("groupadd", "pryvd")
        other = machine.give(lab.OUT / "new/publish/pryvd", "/usr/local/bin")
        machine.run("systemd-run", "-q", "--unit=other", other, "run", "--data-dir", "/srv/other", "--socket", "/run/other.sock", "--name", "o1")
        at_other = ("--socket", "/run/other.sock")
        lab.until("the other daemon answers", lambda: machine.run(other, "status", *at_other))
        machine.run(other, "init", *at_other)
        pid = machine.pid("other")

        said = machine.install().stderr

        self.assertIn("pryvd is installed but does not run", said, "its port is taken, and the installer says so")
        self.assertEqual(pid, machine.pid("other"))
        machine.run(other, "var", "set", "a=1", *at_other)
        machine.run("systemctl", "stop", "other")
        lab.until("the service comes by itself once the port is free", machine.is_active)
        self.assertIn("not in a cluster", machine.pryvd("status").stdout)

    def test_M1_a_machine_from_an_image_joins_by_itself_at_its_first_start(self):
        site = self.machines(2)
        site.install()
        site[0].pryvd("init", "--cluster", "prod")
        image = site[1]
        image.run("systemctl", "stop", "pryvd")
        image.run("rm", "-r", "/var/lib/pryvd")
        image.power_off()
        image.write("/etc/pryvd/pryvd.yaml", "peers:\n  - n1\ntoken_file: /etc/pryvd/join-token\n")
        image.write("/etc/pryvd/join-token", site[0].json("token", "create")["token"], 0o600)
        start = time.monotonic()
        image.boot()
        lab.until("it has joined", lambda: len(site[0].status()["members"]) == 2 and image.status()["state"] == "running")
        self.measured("from power to a member, out of an image", f"{seconds_since(start):.1f} s")

    def test_the_rpm_installs_into_a_tree_and_its_service_starts(self):
        machine = self.machines(1)[0]
        machine.power_off()
        machine.rpm("--nodeps", "-i", lab.package("new", "rpm"))
        files = subprocess.run(["rpm", "--root", machine.root, "--dbpath", machine.rpm_database, "-V", "pryvd"], capture_output=True, text=True)
        self.assertEqual("", "".join(line for line in files.stdout.splitlines(True) if "Unsatisfied" not in line and "is needed by" not in line))
        self.assertIn("pryvd:", machine.read("/etc/group"))
        machine.boot()
        lab.until("the service of the rpm runs", machine.is_active)
        machine.pryvd("init")

    def test_R8_the_rpm_is_installed_upgraded_and_removed_on_a_machine_that_runs(self):
        machine = self.machines(1)[0]
        machine.rpm("--nodeps", "-i", lab.package("old", "rpm"))
        self.assertTrue(machine.is_active(), "installed and started")
        self.assertEqual("enabled", machine.run("systemctl", "is-enabled", "pryvd").stdout.strip())
        machine.pryvd("init")
        machine.write("/etc/pryvd/pryvd.yaml", "log_level: warning\n")
        self.components(machine, "web", count=1)
        before, daemon, guard = running(machine), machine.pid(), machine.pid("pryvd-guard")

        machine.rpm("--nodeps", "-U", lab.package("new", "rpm"))
        self.assertTrue(machine.is_active())
        self.assertNotEqual(daemon, machine.pid(), "an upgrade restarts the daemon,")
        self.assertEqual(guard, machine.pid("pryvd-guard"), "and not the guard,")
        self.assertEqual(before, running(machine), "and no component")
        self.assertNotIn("0.0.9", machine.pryvd("--version").stdout)
        self.assertEqual("log_level: warning\n", machine.read("/etc/pryvd/pryvd.yaml"))

        machine.rpm("-e", "pryvd")
        self.assertEqual({}, running(machine), "removing the program ends what it runs")
        self.assertEqual("", machine.run("pgrep", "-x", "pryvd", check=False).stdout)
        self.assertFalse(machine.has("/usr/bin/pryvd") or machine.has("/etc/systemd/system/multi-user.target.wants/pryvd.service"))
        self.assertTrue(machine.has("/var/lib/pryvd/identity") and machine.has("/etc/pryvd/pryvd.yaml.rpmsave"))

        machine.rpm("--nodeps", "-i", lab.package("new", "rpm"))
        lab.until("installed again, the node is back with what it ran", lambda: set(before) == set(running(machine)), patience=60)


class Upgrading(OnMachines):
    def test_G2_M13_R8_one_node_after_the_other_under_load_without_a_lost_write(self):
        site = self.machines(3)
        site.install("old")
        site.form()
        for machine in site.machines:
            machine.write("/etc/pryvd/pryvd.yaml", "log_level: warning\n")
        guards = [m.pid("pryvd-guard") for m in site.machines]
        self.components(site[0], "web")
        self.components(site[0], "mover", home="anywhere")
        before = [running(m) for m in site.machines]
        self.assertEqual([4] * 3, [len(r) for r in before], "two drivers, and what is held on a lease as well as what is not")
        for machine in site.machines:
            machine.give(lab.package("new"))
        self.assertEqual({"0.0.9"}, self.versions(site[0]))
        writers = Writers(site.machines, 6)
        lab.until("writes go on", lambda: min(writers.acknowledged) > 20)
        start = time.monotonic()
        for machine in sorted(site.machines, key=lambda m: m is site.leader(), reverse=True):
            self.upgrade(site, machine)
        took = seconds_since(start)
        lab.until("writes go on", lambda before=list(writers.acknowledged): all(a > b for a, b in zip(writers.acknowledged, before)))
        pause = writers.stop()
        site.settled()
        self.assert_counts(writers, site.machines)
        self.assertEqual({"new"}, {"old" if v == "0.0.9" else "new" for v in self.versions(site[0])})
        self.assertEqual(guards, [m.pid("pryvd-guard") for m in site.machines], "an upgrade restarts no guard")
        self.assertEqual(before, [running(m) for m in site.machines], "the same processes, started when they were: an upgrade restarts no component")
        self.assertEqual({"log_level: warning\n"}, {m.read("/etc/pryvd/pryvd.yaml") for m in site.machines})
        self.measured("upgrade of three nodes, one after the other", f"{took:.1f} s, {sum(writers.acknowledged)} writes meanwhile, longest pause {pause * 1000:.0f} ms")
        self.assertLess(took, 60)

    def upgrade(self, site, machine):
        before, leads = machine.pid(), machine is site.leader()
        machine.run("dpkg", "--unpack", f"/root/{lab.package('new').name}")
        # The program has been replaced under the daemon. It does what it has never done before all the same.
        self.assertEqual(before, machine.pid())
        machine.pryvd("snapshot", "save", "/root/in-between")
        machine.pryvd("event", "list")
        machine.pryvd("token", "create")
        machine.run("dpkg", "--configure", "pryvd")
        self.assertNotEqual(before, machine.pid())
        site.settled()
        self.assertEqual([], machine.fatal_lines())
        if leads:
            self.logged(machine, "Leadership was handed over before the stop")
        if machine is not site.machines[-1] and len(self.versions(site[0])) > 1:
            self.measured("versions in one cluster", ", ".join(sorted(self.versions(site[0]))))

    @staticmethod
    def versions(machine):
        return {m["version"] for m in machine.status()["members"]}

    def test_M13_a_package_older_than_the_data_refuses_to_start_and_says_how_to_go_back(self):
        machine = self.machines(1)[0]
        machine.install("new")
        machine.pryvd("init")
        machine.run("systemctl", "stop", "pryvd")
        machine.write("/var/lib/pryvd/version", '{"format":99,"program":"9.9.9"}')
        machine.run("dpkg", "--force-downgrade", "-i", machine.give(lab.package("old")))
        self.assertFalse(machine.is_active())
        lab.until("the log says it", lambda: "Install pryvd 9.9.9" in machine.log())
        self.logged(machine, "To go back to 0.0.9")
        machine.write("/var/lib/pryvd/version", '{"format":1,"program":"9.9.9"}')
        lab.until("it starts by itself once the data is one that it knows", machine.is_active)

    def test_a_leader_that_is_stopped_hands_leadership_over_first(self):
        site = self.machines(3)
        site.install()
        site.form()
        for _ in range(3):
            leader = site.leader()
            others = [m for m in site.machines if m is not leader]
            term = leader.status()["term"]
            writers = Writers(others, 4)
            lab.until("writes go on", lambda: min(writers.acknowledged) > 20)
            leader.run("systemctl", "stop", "pryvd")
            lab.until("writes go on", lambda before=list(writers.acknowledged): all(a > b + 20 for a, b in zip(writers.acknowledged, before)))
            pause = writers.stop()
            self.logged(leader, "Leadership was handed over before the stop")
            self.assertEqual(term + 1, others[0].status()["term"], "one election, which nobody had to wait for")
            self.assertEqual([], writers.surprises)
            self.measured("longest pause of writes, the leader stopped as planned", f"{pause * 1000:.0f} ms")
            leader.run("systemctl", "start", "pryvd")
            site.settled()


class Failing(OnMachines):
    def test_R8_M3_H2_power_goes_and_comes_for_one_and_for_all(self):
        site = self.machines(3)
        site.install()
        site.form()
        site[0].pryvd("var", "set", "pryvd.dead_timeout_ms=3000")
        stay = self.components(site[0], "web")
        move = self.components(site[0], "mover", home="anywhere")
        writers = Writers([m for m in site.machines if m is not site.leader()], 6)
        lab.until("writes go on", lambda: min(writers.acknowledged) > 20)
        lost = site.leader()
        lost.pull_the_plug()
        gone = time.monotonic()
        lab.until("another leads", lambda: next(m for m in site.machines if m.is_on).status()["leader"] not in ("", lost.name))
        lab.until("writes go on", lambda before=list(writers.acknowledged): all(a > b for a, b in zip(writers.acknowledged, before)))
        pause = writers.stop()
        self.measured("longest pause of writes, the leader's power gone", f"{pause * 1000:.0f} ms")
        asked = next(m for m in site.machines if m.is_on)
        for component in move:
            lab.until(f"routes of {component.name} name other nodes", lambda c=component: self.are_elsewhere(c.targets(asked), 3, lost), patience=60)
            self.assertEqual({f"{component.name}/{i}" for i in range(3)}, set(component.answers(asked)))
        self.measured("power gone to all that may move healthy elsewhere and routed, at a dead timeout of 3 s", f"{seconds_since(gone):.1f} s")
        for component in stay:
            lab.until(f"routes of {component.name} leave out what waits for its node", lambda c=component: self.are_elsewhere(c.targets(asked), 2, lost))
        lost.boot()
        site.settled()
        self.all_run_once(site, *stay, *move)
        self.assert_counts(writers, site.machines)

        lost = site.leader()
        lost.power_off()
        lab.until("another leads", lambda: next(m for m in site.machines if m.is_on).status()["leader"] not in ("", lost.name))
        for machine in site.machines:
            if machine.is_on:
                machine.pull_the_plug()
        start = time.monotonic()
        alone = site[0]
        alone.boot()
        lab.until("ready without a quorum", alone.is_active, patience=20)
        self.assertGreater(int(alone.pryvd("var", "get", "counter0", "--stale").stdout), 20)
        alone.pryvd("var", "get", "counter0", "--timeout", "2s", code=3)
        for machine in site.machines[1:]:
            machine.boot()
        site.settled()
        self.measured("from no power anywhere to three serving nodes", f"{seconds_since(start):.1f} s")
        self.all_run_once(site, *stay, *move)
        self.measured("from no power anywhere to all components healthy", f"{seconds_since(start):.1f} s")
        self.assert_counts(writers, site.machines)

    @staticmethod
    def are_elsewhere(targets, count, lost):
        return len(targets) == count and lost.name not in {t["node"] for t in targets}

    def all_run_once(self, site, *components):
        """Healthy where they are said to be, and nowhere else."""
        for component in components:
            component.healthy(site[0])

        def places():
            found = [(name, m.name) for m in site.machines for name in running(m)]
            return sorted(found) == sorted(p for c in components for p in c.healthy(site[0]).items())

        lab.until("each instance runs where it is said to be and nowhere else", places)

    def test_remove_keeps_the_data_and_purge_takes_all(self):
        site = self.machines(3)
        site.install()
        site.form()
        node = site[2]
        stubborn = self.components(site[0], "stubborn", stubborn=True)
        self.assertEqual(2, len(running(node)))
        node.run("dpkg", "-r", "pryvd")
        self.assertEqual({}, running(node), "removing the program ends what it runs, and what does not want to end as well")
        self.assertTrue(node.has("/var/lib/pryvd/identity") and node.has("/etc/pryvd/pryvd.yaml"))
        self.assertEqual("", node.run("pgrep", "-x", "pryvd", check=False).stdout)
        node.install()
        site.settled()
        for component in stubborn:
            component.healthy(site[0])

        node.run("dpkg", "-P", "pryvd")
        for path in ("/var/lib/pryvd", "/etc/pryvd", "/run/pryvd", "/usr/bin/pryvd", "/etc/systemd/system/multi-user.target.wants/pryvd.service"):
            self.assertFalse(node.has(path), path)
        self.assertNotIn("pryvd", node.read("/etc/group"))
        node.install()
        node.write("/root/token", site[0].json("token", "create")["token"], 0o600)
        node.pryvd("join", "n1", "n2", "--token-file", "/root/token")
        site.settled()

    def test_bad_configuration_and_open_keys_stop_the_start_with_the_reason(self):
        machine = self.machines(1)[0]
        machine.install()
        machine.pryvd("init")
        good = machine.read("/etc/pryvd/pryvd.yaml")

        machine.write("/etc/pryvd/pryvd.yaml", "log_level: info\nlissten: 1\n")
        machine.run("systemctl", "reload", "pryvd")
        lab.until("a refused reload is said", lambda: "unknown key 'lissten'" in machine.run("systemctl", "show", "-p", "StatusText", "pryvd").stdout)
        machine.pryvd("var", "set", "a=1")
        machine.run("systemctl", "restart", "pryvd", code=1)
        mistake = "/etc/pryvd/pryvd.yaml:2:1: unknown key 'lissten'"
        lab.until("the log names file, line and key", lambda: mistake in machine.log())
        self.assertIn(mistake, machine.pryvd("check-config", "/etc/pryvd/pryvd.yaml", code=1).stderr)
        self.assertEqual("failed", machine.run("systemctl", "is-active", "pryvd", check=False).stdout.strip(), "there is no use in trying again")

        machine.write("/etc/pryvd/pryvd.yaml", good)
        machine.run("chmod", "644", "/var/lib/pryvd/identity/node.key")
        machine.run("systemctl", "start", "pryvd", code=1)
        lab.until("the log tells of the key", lambda: "chmod 600 /var/lib/pryvd/identity/node.key" in machine.log())
        machine.run("chmod", "600", "/var/lib/pryvd/identity/node.key")
        lab.until("it starts by itself once the key is closed", machine.is_active)

        machine.run("systemctl", "stop", "pryvd")
        machine.run("mv", "/var/lib/pryvd", "/srv/pryvd")
        machine.run("chmod", "755", "/srv/pryvd")
        machine.write("/etc/pryvd/pryvd.yaml", "data_dir: /srv/pryvd\n")
        machine.run("systemctl", "start", "pryvd", code=1)
        lab.until("the log tells of the folder", lambda: "chmod 700 /srv/pryvd" in machine.log())
        machine.run("chmod", "700", "/srv/pryvd")
        lab.until("it starts by itself once the folder is closed", machine.is_active)
        self.assertEqual("1", machine.pryvd("var", "get", "a").stdout.strip())


    def test_R8_a_daemon_that_hangs_is_started_again(self):
        machine = self.machines(1)[0]
        machine.write("/etc/systemd/system/pryvd.service.d/quick.conf", "[Service]\nWatchdogSec=2s\nTimeoutAbortSec=1s\n")
        machine.install()
        machine.pryvd("init")
        machine.pryvd("var", "set", "a=1")
        self.components(machine, "web", count=1)
        before, hanging = running(machine), machine.pid()
        machine.run("kill", "-STOP", hanging)
        lab.until("systemd has ended it and started another", lambda: machine.pid() not in (0, hanging) and machine.is_active())
        self.assertEqual("1", machine.pryvd("var", "get", "a").stdout.strip())
        self.assertEqual(before, running(machine))

    def test_R8_there_is_one_guard_and_it_is_systemds(self):
        machine = self.machines(1)[0]
        machine.install()
        machine.pryvd("init")
        web = self.components(machine, "web", count=1)
        before, guard = running(machine), machine.pid("pryvd-guard")
        machine.run("kill", "-9", guard)
        # At once, while systemd has not started another one yet.
        late = self.components(machine, "late", count=1)
        self.assert_one_guard(machine)
        self.assertNotEqual(guard, machine.pid("pryvd-guard"))
        self.assertEqual(before, {name: run for name, run in running(machine).items() if name in before})

        machine.run("systemctl", "stop", "pryvd", "pryvd-guard")
        machine.run("rm", "/var/lib/pryvd/guard/address")
        everything = running(machine)
        machine.run("systemctl", "start", "pryvd")
        for component in web + late:
            component.healthy(machine)
        self.assert_one_guard(machine)
        self.assertEqual(everything, running(machine))

    def assert_one_guard(self, machine):
        found = machine.run("pgrep", "-f", "pryvd guard").stdout.split()
        self.assertEqual([str(machine.pid("pryvd-guard"))], found)


class Drivers(OnMachines):
    def test_R1_R8_H4_units_keep_the_contract_of_all_drivers(self):
        machine = self.machines(1)[0]
        with machine.tree("/opt/dotnet", lab.DOTNET), machine.tree("/opt/tests", lab.TESTS):
            machine.power_off()
            machine.boot()
            said = machine.run(
                "/opt/dotnet/dotnet", "vstest", "/opt/tests/Pryvd.Tests.dll", "--TestCaseFilter:Category=Systemd", timeout=400, check=False,
                env={"DOTNET_ROOT": "/opt/dotnet", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1"})
            self.assertEqual(0, said.returncode, said.stdout[-20_000:] + said.stderr[-2_000:])
            self.assertRegex(said.stdout, r"Passed: +[4-9]\d")
            self.measured("the drivers' contract and more, held by units", re.search(r"Passed: +\d+", said.stdout)[0])


class Operating(OnMachines):
    def test_every_command_of_the_page_for_operators_runs(self):
        walk = Walk(self.machines(4))
        start = time.monotonic()
        walk.go()
        self.measured("docs/operating.md", f"{walk.commands} commands in {seconds_since(start):.0f} s")


if __name__ == "__main__":
    unittest.main()
