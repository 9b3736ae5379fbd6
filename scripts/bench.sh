#!/bin/sh
# The load, measured: `crossdock run` over many X12 orders, beside C programs that write the same rows and read the same
# bytes. Prints a table; exits non-zero where control totals differ or a figure misses what it must be.
#
#   BENCH_BYTES  size of the order file (100M)
#   BENCH_RUNS   repetitions (3)
#   BENCH_WORK   where files are made (.build/bench); needs about ten times BENCH_BYTES
set -eu
cd "$(dirname "$0")/.."

bytes=${BENCH_BYTES:-100M}
work=${BENCH_WORK:-.build/bench}
generator=../shared/loadgen.py

if [ ! -f "$generator" ]; then
    echo "bench: skipped: $generator, the generator of the load, is not here"
    exit 0
fi
for tool in python3 cc; do
    command -v "$tool" >/dev/null || { echo "bench: $tool is not installed" >&2; exit 69; }
done

swift build -c release --product crossdock
mkdir -p "$work/load"
cc -O2 -o "$work/sqlite-ceiling" Benchmarks/sqlite-ceiling.c -lsqlite3
cc -O2 -o "$work/tokenizer" Benchmarks/tokenizer.c

for name in items locations stock; do
    python3 "$generator" "$name" --out "$work/load/$name.csv" >/dev/null
done
if [ "$(cat "$work/load/size" 2>/dev/null)" != "$bytes" ]; then
    python3 "$generator" x12-850 --bytes "$bytes" --out "$work/load/load.edi" >/dev/null
    echo "$bytes" >"$work/load/size"
fi

# The site with the library that ships, as an installation has them.
rm -rf "$work/site"
cp -R Benchmarks/load/config "$work/site"
cp -R config/library "$work/site/library"

exec python3 Benchmarks/measure.py --crossdock "$(swift build -c release --show-bin-path)/crossdock" \
    --ceiling "$work/sqlite-ceiling" --tokenizer "$work/tokenizer" --load "$work/load" --site "$work/site" \
    --work "$work" --runs "${BENCH_RUNS:-3}"
