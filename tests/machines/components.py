"""Components on the machines: a small server, started by either driver."""
from lab import until

# Perl is in every Debian. A server that says which instance and process it is, and one that wants no end.
SERVE = r"""#!/usr/bin/perl
use strict; use IO::Socket::INET; $| = 1;
$SIG{TERM} = 'IGNORE' if $ARGV[1];
my $listener = IO::Socket::INET->new(LocalPort => $ARGV[0], Listen => 64, ReuseAddr => 1) or die "port $ARGV[0]: $!";
print "serves as $$\n";
while (1) {
    my $caller = $listener->accept or next;
    while (my $line = <$caller>) { last if $line =~ /^\r?$/ }
    my $body = "$ENV{PRYVD_INSTANCE} on $ENV{PRYVD_NODE}\n";
    print $caller "HTTP/1.1 200 OK\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
    close $caller;
}
"""


class Component:
    def __init__(self, machine, name, driver="process", count=3, home="wait", stubborn=False, more=""):
        self.name, self.count = name, count
        self.host = f"{name}.example"
        stubborn = ", stubborn" if stubborn else ""
        machine.write(f"/root/{name}/serve", SERVE, 0o755)
        machine.write(f"/root/{name}/{name}.yaml", f"""component: {name}
count: {count}
driver: {driver}
home: {home}
artifact: serve
command: [./serve, "${{PRYVD_PORT_HTTP}}"{stubborn}]
ports: {{ http: auto }}
checks: [{{ http: /, every: 500ms }}]
stop: {{ grace: 2s }}
routes: {{ {self.host}: http }}
{more}""")

    def apply(self, machine):
        machine.pryvd("component", "apply", f"/root/{self.name}/{self.name}.yaml", "--yes", "--timeout", "50s")
        return self

    def instances(self, machine):
        return machine.json("component", "show", self.name, "--stale")["component"]["instances"]

    def healthy(self, machine, patience=60):
        """Waits until all are; where they are."""
        def all_are():
            found = [i for i in self.instances(machine) if i["state"] == "healthy"]
            return found if len(found) == self.count else None

        return {i["id"]: i["node"] for i in until(f"{self.count} of {self.name} are healthy", all_are, patience)}

    def targets(self, machine):
        """What its host name leads to, as this machine knows it without a leader."""
        routes = machine.json("route", "list")["routes"]
        return next(route for route in routes if route["host"] == self.host)["targets"]

    def answers(self, machine):
        """What each target says when it is called from this machine."""
        return {t["instance"]: machine.sh(f"exec 3<>/dev/tcp/{t['address']}/{t['port']}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; tail -n 1 <&3").stdout.strip() for t in self.targets(machine)}


def running(machine):
    """Instance → the pids of its processes with their start times, by what stands in their environment."""
    script = r"""for folder in /proc/[0-9]*; do
      name=$(tr '\0' '\n' 2>/dev/null <$folder/environ | sed -n 's/^PRYVD_INSTANCE=//p') && [ -n "$name" ] && tail=$(sed 's/.*) //' $folder/stat 2>/dev/null) || continue
      set -- $tail; echo "$name ${folder#/proc/} ${20}"
    done"""
    found = {}
    for line in machine.run("sh", "-c", script).stdout.splitlines():
        name, pid, start = line.split()
        found.setdefault(name, set()).add((int(pid), int(start)))
    return found
