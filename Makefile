# One command each; CI runs the same ones.
CONFIGURATION ?= Release
SEED ?=
SEEDS ?= 500
TEST = dotnet test --nologo -c $(CONFIGURATION) --no-build
OUT = out
MACHINES = out/machines
NUMBERS ?= $(abspath $(MACHINES))/numbers
RUNTIME ?= linux-$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x64)

.PHONY: build publish profile deb rpm packages packages-test e2e-machines reproducible test sim sim-long e2e e2e-net observers chaos fuzz bench clean needs

build:
	dotnet build Pryvd.sln --nologo -v quiet -c $(CONFIGURATION)

# What packages ship and the benchmark measures: $(OUT)/publish/pryvd, one file that needs no runtime installed.
# Images that another way of compiling left behind would make a program that aborts.
publish:
	rm -rf src/pryvd/obj/Release/net10.0/$(RUNTIME)/R2R
	dotnet publish src/pryvd --nologo -v quiet -c Release -r $(RUNTIME) -o $(OUT)/publish \
	  -p:Version=$$(packaging/version.sh program) -p:IncludeSourceRevisionInInformationalVersion=false -p:ContinuousIntegrationBuild=true

# What a start runs, recorded anew; the next publish compiles and orders code by it (packaging/startup/DESIGN.md).
profile: publish
	packaging/startup/record.sh $(OUT)/publish/pryvd src/pryvd/obj/Release/net10.0/$(RUNTIME)/linked

# $(OUT)/pryvd_VERSION_ARCH.deb and $(OUT)/pryvd-VERSION.ARCH.rpm, from one staged tree.
deb: publish
	packaging/deb/build.sh $(OUT)/publish/pryvd $(OUT)

rpm: publish
	packaging/rpm/build.sh $(OUT)/publish/pryvd $(OUT)

# Two builds of both packages, of which one is older, and a Debian tree: what the tests below take.
packages:
	sh tests/machines/install.sh
	rm -rf $(MACHINES)/old $(MACHINES)/new
	PRYVD_VERSION=0.0.9 $(MAKE) --no-print-directory deb rpm OUT=$(MACHINES)/old
	$(MAKE) --no-print-directory deb rpm OUT=$(MACHINES)/new

# What is in the packages. make test runs it, too, where it can install what that takes.
packages-test: packages
	cd tests/machines && PRYVD_MACHINES=$(abspath $(MACHINES)) /usr/bin/python3 run.py $(NUMBERS) test_packages

# Booted machines with systemd as PID 1: install, grow, upgrade, lose power, purge, and every command of docs/operating.md. Takes root; installs what it needs.
# make e2e-machines ONLY=Upgrading
e2e-machines: packages build
	bash tests/machines/machine.sh tree $(abspath $(MACHINES))/tree
	cd tests/machines && PRYVD_MACHINES=$(abspath $(MACHINES)) /usr/bin/python3 run.py $(NUMBERS) test_machines$(addprefix .,$(ONLY))

# The same commit, built in another folder, gives the same bytes. Builds once more than packages does.
reproducible: deb
	rm -rf $(OUT)/again && git clone -q . $(OUT)/again
	cd $(OUT)/again && PRYVD_VERSION=$$(../../packaging/version.sh) $(MAKE) --no-print-directory deb OUT=made
	cmp $(OUT)/pryvd_$$(packaging/version.sh)-1_*.deb $(OUT)/again/made/*.deb

# Outside clients and servers that tests talk to; only root on Debian can install them, others skip those tests.
needs:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then bash tests/install-clients.sh && bash tests/install-lab.sh; \
	else echo "not root on Debian: tests that need outside clients are skipped with the reason"; fi

# Everything: unit, property and scenario tests, the simulator, and real processes.
test: needs build
	bash tests/run-all.sh $(CONFIGURATION)

# make sim            runs $(SEEDS) clusters
# make sim SEED=42    replays one with a readable trace
sim: build
	SIM_SEEDS=$(SEEDS) SIM_SEED=$(SEED) $(TEST) tests/Simulation $(if $(SEED),--logger "console;verbosity=detailed")

e2e: build
	$(TEST) tests/EndToEnd --filter "Category!=Observers30&Length!=Long" --logger "console;verbosity=normal"

# Components on nodes that are cut off, killed, stopped and silent, in network namespaces (root); make e2e runs a short selection. Times are printed as MEASURED.
e2e-net: build needs
	bash -o pipefail -c '$(TEST) tests/EndToEnd --filter "Category=Net" --logger "console;verbosity=detailed" | grep -E -A3 "^ *(Passed|Failed|Skipped|MEASURED|Total|Error Message)"'

# Thirty real daemons, 27 of them observers; about 4 GB of memory.
observers: build
	$(TEST) tests/EndToEnd --filter "Category=Observers30" --logger "console;verbosity=detailed"

# A random schedule of faults on real daemons, judged by the simulator's checker.
chaos: build
	CHAOS_SEED=$(SEED) CHAOS_MINUTES=$(or $(MINUTES),5) $(TEST) tests/EndToEnd --filter "FullyQualifiedName~Chaos" --logger "console;verbosity=detailed"

# Hostile bytes at every entry, MINUTES for each (1 unless said); SEED runs one again.
fuzz: build
	for tests in Pryv.Consensus.Tests Pryv.Grpc.Tests Pryvd.Tests; do \
	  FUZZ_SEED=$(SEED) FUZZ_SECONDS=$$(( $(or $(MINUTES),1) * 60 )) $(TEST) tests/$$tests --filter Category=Fuzz || exit 1; \
	done

# Simulated clusters until told to stop, a hundred thousand seeds at a time.
sim-long: build
	first=1; while SIM_FIRST=$$first SIM_SEEDS=100000 $(TEST) tests/Simulation --filter FullyQualifiedName~Clusters_keep; do first=$$((first + 100000)); done

# pryvd beside etcd in one run; make bench ARGS="--pairs 1 --only write-64"
bench: publish
	@if [ "$$(id -u)" = 0 ]; then bash tests/install-etcd.sh; fi
	dotnet run -c Release --project tests/Benchmarks -- $(ARGS)

clean:
	git clean -xdfq -e '*.user'
