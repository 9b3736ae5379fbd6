#!/bin/sh
# Format and habits of every source, strictly; shell scripts by the shell's own eyes.
set -eu
cd "$(dirname "$0")/.."
swift format lint --strict --parallel --recursive Sources Tests Package.swift
for script in scripts/*.sh .ci/run; do bash -n "$script"; done
