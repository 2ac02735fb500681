# The commands of this package: `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test build check setup format lint docs sanitize-thread sanitize-address valgrind fuzz torture \
        test-degraded faults races soak bench bench-quick bench-peers clean

lua := liblua5.3-dev
# What tests compare with, and drive.
oracle := lua5.3 redis-server redis-tools netcat-openbsd telnet socat libhiredis-dev lua-cjson lua-messagepack
swift-files := Package.swift Sources Tests Examples Fuzz Soak Torture Benchmarks/Package.swift Benchmarks/Sources

help: ## List the commands.
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | \
		while read -r name what; do printf '  make %-17s %s\n' "$$name" "$$what"; done

run: ## Debug an example script: a prompt on a terminal, a guided tour otherwise.
	@scripts/setup.sh $(lua)
	@test -x .build/debug/luadebug || echo 'Building luadebug: the first time takes a minute.' >&2
	@swift run --quiet luadebug

test: ## Run the tests.
	@scripts/setup.sh $(lua) $(oracle)
	@scripts/test.sh

build: ## Build everything, without the tests.
	@scripts/setup.sh $(lua)
	swift build

check: ## Everything that must hold: format, boundaries, builds, tests, sanitizers, valgrind, documentation.
	@scripts/setup.sh $(lua) $(oracle) valgrind
	@scripts/check.sh

setup: ## Install what is missing for all of these.
	@scripts/setup.sh $(lua) $(oracle) valgrind

format: ## Format the Swift files in place.
	swift format --in-place --recursive $(swift-files)

lint: ## Look for what is not formatted as agreed, and for what is in the wrong room.
	swift format lint --strict --recursive $(swift-files)
	scripts/boundaries.sh

docs: ## Build the documentation; a warning is an error.
	@scripts/setup.sh $(lua)
	scripts/docs.sh

sanitize-thread: ## Run the tests under the thread sanitizer.
	@scripts/setup.sh $(lua) $(oracle)
	scripts/sanitize.sh thread

sanitize-address: ## Run the tests under the address sanitizer, with leaks.
	@scripts/setup.sh $(lua) $(oracle)
	scripts/sanitize.sh address

valgrind: ## Run the C layer's own tests plainly, under the address sanitizer, and a part of them under valgrind.
	@scripts/setup.sh $(lua) valgrind
	scripts/valgrind.sh

fuzz: ## Feed what takes bytes from outside what libFuzzer invents: TARGET=console (scripts/fuzz.sh list), SECONDS=30.
	scripts/fuzz.sh $(or $(TARGET),resp) $(or $(SECONDS),30)

torture: ## Run random programs plain and under the debugger: SECONDS=60, SEED=, PROGRAMS=; an hour is SECONDS=3600.
	@scripts/setup.sh $(lua) lua5.3
	@SEED=$(SEED) PROGRAMS=$(PROGRAMS) MODES=$(MODES) scripts/torture.sh $(or $(SECONDS),60)

test-degraded: ## Run the tests as where Lua's structures are not what we know: with the public API alone, slower.
	@scripts/setup.sh $(lua) $(oracle)
	@LUADEBUG_LAYOUT=public scripts/test.sh

faults: ## Close sockets at each byte, let them fail, refuse threads, fill the disk.
	@scripts/setup.sh $(lua) $(oracle)
	@scripts/faults.sh

races: ## Eight tasks on running scripts at once, under the thread sanitizer: SECONDS=60.
	@scripts/setup.sh $(lua)
	@scripts/races.sh $(or $(SECONDS),60)

soak: ## A server with a hundred workers, clients that come, step and vanish: MINUTES=30.
	@scripts/setup.sh $(lua)
	@scripts/soak.sh $(or $(MINUTES),30)

bench: ## Print what the debugger costs, each case beside its partner: ten minutes; ARGS='--only W1'.
	@scripts/setup.sh $(lua) libhiredis-dev
	@scripts/bench.sh $(ARGS)

bench-quick: ## Count instructions, hook runs and allocations, and hold them against their limits.
	@scripts/setup.sh $(lua) libhiredis-dev valgrind
	@scripts/bench.sh --quick

bench-peers: ## Redis' own debugger beside this one, on two workloads.
	@scripts/setup.sh $(lua) libhiredis-dev redis-server
	@scripts/bench.sh --peers $(ARGS)

clean: ## Remove everything that was built.
	rm -rf .build Benchmarks/.build
