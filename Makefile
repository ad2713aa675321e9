# One command each; CI runs the same ones.
CONFIGURATION ?= Release
SEED ?=
SEEDS ?= 500
TEST = dotnet test --nologo -c $(CONFIGURATION) --no-build
OUT = out

.PHONY: build test sim sim-long e2e fuzz bench check clean needs

build:
	dotnet build Pryvd.sln --nologo -v quiet -c $(CONFIGURATION)

# Outside clients and servers that tests talk to; only root on Debian can install them, others skip those tests.
needs:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then bash tests/install-clients.sh; \
	else echo "not root on Debian: tests that need outside clients are skipped with the reason"; fi

# Everything: unit, property and scenario tests, the simulator, and real processes.
test: needs build
	bash tests/run-all.sh $(CONFIGURATION)

# make sim            runs $(SEEDS) clusters
# make sim SEED=42    replays one with a readable trace
sim: build
	SIM_SEEDS=$(SEEDS) SIM_SEED=$(SEED) $(TEST) tests/Simulation $(if $(SEED),--logger "console;verbosity=detailed")

e2e: build
	$(TEST) tests/EndToEnd --logger "console;verbosity=normal"

clean:
	git clean -xdfq -e '*.user'
