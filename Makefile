# Everything a person types. `make` alone is `make help`.

BUILD_PACKAGES = libxml2-dev libcurl4-openssl-dev libsqlite3-dev libssl-dev pkg-config
TEST_PACKAGES = openssh-server openssh-client libxml2-utils python3 python3-venv iproute2
FLAGS = --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors
STATE = var
# The crash test kills at every moment it knows; CRASH_EVERY=3 at every third.
CRASH_EVERY = 1

.PHONY: help run test build lint bench

help: ## prints this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## plays the night of fixtures/ into ./var and tells how it went
	@scripts/packages.sh $(BUILD_PACKAGES)
	swift build -c release --product crossdock
	@scripts/night.sh "$$(swift build -c release --show-bin-path)/crossdock" $(STATE)

test: ## everything: house, unit, contract, night and crash tests, and the independent readers
	@scripts/packages.sh $(BUILD_PACKAGES) $(TEST_PACKAGES)
	swift build --build-tests $(FLAGS)
	swift test --skip-build $(FLAGS)
	Tests/crash/crash_night.py "$$(swift build --show-bin-path)/crossdock" --every $(CRASH_EVERY)
	Tests/independent/run.sh "$$(swift build --show-bin-path)/crossdock"
	Tests/badinputs/run.py "$$(swift build --show-bin-path)/crossdock"
	Tests/badinputs/samples.py "$$(swift build --show-bin-path)/crossdock"

build: ## builds everything; a warning is an error, and so is an import that Package.swift does not declare
	@scripts/packages.sh $(BUILD_PACKAGES)
	swift build --build-tests $(FLAGS)

lint: ## format and habits, strictly
	@scripts/lint.sh

bench: ## load and speed, beside C programs that do the same
	@scripts/packages.sh $(BUILD_PACKAGES) gcc python3
	@scripts/bench.sh
