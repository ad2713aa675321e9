"""Booted machines: G1, G2, M1, M3, M13, R8. Each test has machines of its own, bare but for what a Debian with systemd has."""

import re
import subprocess
import time
import unittest

import lab
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

    def measured(self, what, value):
        print(f"MEASURED {what}: {value}", flush=True)

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
        took = seconds_since(start)
        self.measured("dpkg -i on three bare machines", f"{installed:.1f} s")
        self.measured("from dpkg -i to three serving nodes", f"{took:.1f} s")
        self.assertLess(took, 60)
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
        site = self.machines(1)
        machine = site[0]
        machine.power_off()
        rpm = lab.package("new", "rpm")
        subprocess.run(["rpm", "--root", machine.root, "--dbpath", "/var/lib/rpm", "--nodeps", "--nosignature", "-i", rpm], check=True, capture_output=True)
        files = subprocess.run(["rpm", "--root", machine.root, "--dbpath", "/var/lib/rpm", "-V", "pryvd"], capture_output=True, text=True)
        self.assertEqual("", "".join(line for line in files.stdout.splitlines(True) if "Unsatisfied" not in line and "is needed by" not in line))
        self.assertIn("pryvd:", machine.read("/etc/group"))
        machine.boot()
        lab.until("the service of the rpm runs", machine.is_active)
        machine.pryvd("init")
        tree = ["rpm", "--root", machine.root, "--dbpath", "/var/lib/rpm"]
        machine.write("/etc/pryvd/pryvd.yaml", "log_level: debug\n")
        machine.power_off()
        subprocess.run([*tree, "-e", "pryvd"], check=True, capture_output=True)
        self.assertFalse(machine.has("/usr/bin/pryvd"))
        self.assertTrue(machine.has("/var/lib/pryvd/identity") and machine.has("/etc/pryvd/pryvd.yaml.rpmsave"))


class Upgrading(OnMachines):
    def test_G2_M13_R8_one_node_after_the_other_under_load_without_a_lost_write(self):
        site = self.machines(3)
        site.install("old")
        site.form()
        for machine in site.machines:
            machine.write("/etc/pryvd/pryvd.yaml", "log_level: warning\n")
        guards = [m.pid("pryvd-guard") for m in site.machines]
        children = [m.start_under_guard("exec sleep 1000") for m in site.machines]
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
        self.assertTrue(all(m.lives(child) for m, child in zip(site.machines, children)), "an upgrade ends nothing that the guard has started")
        self.assertEqual({"log_level: warning\n"}, {m.read("/etc/pryvd/pryvd.yaml") for m in site.machines})
        self.measured("upgrade of three nodes, one after the other", f"{took:.1f} s, {sum(writers.acknowledged)} writes meanwhile, longest pause {pause * 1000:.0f} ms")
        self.assertLess(took, 60)

    def upgrade(self, site, machine):
        before = machine.pid()
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
        self.assertIn("To go back to 0.0.9", machine.log())
        machine.write("/var/lib/pryvd/version", '{"format":1,"program":"9.9.9"}')
        lab.until("it starts by itself once the data is one that it knows", machine.is_active)


class Failing(OnMachines):
    def test_R8_M3_power_goes_and_comes_for_one_and_for_all(self):
        site = self.machines(3)
        site.install()
        site.form()
        writers = Writers([m for m in site.machines if m is not site.leader()], 6)
        lab.until("writes go on", lambda: min(writers.acknowledged) > 20)
        lost = site.leader()
        lost.pull_the_plug()
        lab.until("another leads", lambda: next(m for m in site.machines if m.is_on).status()["leader"] not in ("", lost.name))
        lab.until("writes go on", lambda before=list(writers.acknowledged): all(a > b for a, b in zip(writers.acknowledged, before)))
        pause = writers.stop()
        self.measured("longest pause of writes, the leader's power gone", f"{pause * 1000:.0f} ms")
        lost.boot()
        site.settled()
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
        self.assert_counts(writers, site.machines)

    def test_remove_keeps_the_data_and_purge_takes_all(self):
        site = self.machines(3)
        site.install()
        site.form()
        node = site[2]
        children = [node.start_under_guard("exec sleep 1000"), node.start_under_guard("trap : TERM; while :; do sleep 1; done")]
        node.run("dpkg", "-r", "pryvd")
        self.assertEqual([False, False], [node.lives(child) for child in children], "removing the program ends what it runs, what does not want to as well")
        self.assertTrue(node.has("/var/lib/pryvd/identity") and node.has("/etc/pryvd/pryvd.yaml"))
        self.assertEqual("", node.run("pgrep", "-x", "pryvd", check=False).stdout)
        node.install()
        site.settled()

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
        child, hanging = machine.start_under_guard("exec sleep 1000"), machine.pid()
        machine.run("kill", "-STOP", hanging)
        lab.until("systemd has ended it and started another", lambda: machine.pid() not in (0, hanging) and machine.is_active())
        self.assertEqual("1", machine.pryvd("var", "get", "a").stdout.strip())
        self.assertTrue(machine.lives(child))


class Operating(OnMachines):
    def test_every_command_of_the_page_for_operators_runs(self):
        walk = Walk(self.machines(4))
        start = time.monotonic()
        walk.go()
        self.measured("docs/operating.md", f"{walk.commands} commands in {seconds_since(start):.0f} s")


if __name__ == "__main__":
    unittest.main()
