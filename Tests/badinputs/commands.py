"""Rows about the command line, the store and the machine around them."""

import hashlib
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

from bench import SHARED, Play, environment, need


def hold(bench, row):
    CASES[row["id"]](bench, row)


def seed(name):
    return SHARED / "reliability" / "seeds" / name


def ended(outcome, status, code=None, words=""):
    text = outcome.stderr + outcome.stdout
    need(outcome.status == status, f"ended with {outcome.status}, not {status}: {text[-400:]}")
    need(code is None or code in text, f"{code} is not told: {text[-400:]}")
    need(words in text, f"'{words}' is not in: {text[-400:]}")


def unknown_option(bench, row):
    outcome = bench.play().run("run", "--frobnicate")
    ended(outcome, 64)
    need("--frobnicate" in outcome.stderr and "nknown option" in outcome.stderr, outcome.stderr[:300])


def unknown_channel(bench, row):
    outcome = bench.play().run("run", "--channel", "nope")
    ended(outcome, 64, row["code"], "nope")
    need("known: " in outcome.stderr and "acme" in outcome.stderr, outcome.stderr[:300])


def background(play, *arguments, **variables):
    """A run that goes on while something else is tried: it waits at the fault point that is named."""
    return subprocess.Popen(
        [play.bench.crossdock, *arguments, "--config", str(play.config), "--state", str(play.state)],
        env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def many_orders(count, first=0):
    """Enough work that a run lasts a while."""
    yield b"order_id,sku,qty,unit_price,currency,ship_name,ship_country,order_date\n"
    for n in range(first, first + count):
        yield b"M-%d,SKU-1,1,19.99,USD,Jane Roe,US,2026-11-22\n" % n


def wait_for_lock(play, process):
    """Until the run is at work."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            ledger = sqlite3.connect(f"file:{play.state}/ledger.db?mode=ro", uri=True, timeout=5)
            busy = ledger.execute("SELECT count(*) FROM drops WHERE state IN ('staged', 'applying')").fetchone()[0]
            ledger.close()
            if busy:
                return
        except sqlite3.Error:
            pass
        time.sleep(0.01)
    need(process.poll() is None, "the first run ended too early to be disturbed")


def second_run(bench, row, command=("run",)):
    play = bench.play()
    play.lay(many_orders(20000), "acme/csv", "many.csv")
    process = background(play, "run")
    try:
        wait_for_lock(play, process)
        outcome = play.run(*command)
        need(process.poll() is None, "the first run ended too early to be disturbed")
        ended(outcome, 75, "RUN.LOCKED", f"pid {process.pid} since")
    finally:
        process.kill()
        process.communicate()


def stale_lock(bench, row):
    play = bench.play()
    play.lay(many_orders(20000), "acme/csv", "many.csv")
    process = background(play, "run")
    wait_for_lock(play, process)
    process.kill()
    process.communicate()
    ended(play.run(), 0)
    need(len(play.books().of("order")) == 20000, "not every order is in the books")


def read_only(bench, row):
    play = bench.play()
    mailbox = play.lay(seed("good.csv"), "acme/csv", "good.csv")
    if os.geteuid() != 0:
        for path in [play.state, *play.state.glob("ledger.db*"), play.state / "staging", play.state / "lock"]:
            if path.exists():
                path.chmod(path.stat().st_mode & ~0o222)
        ended(play.run(), 73, row["code"], str(play.state))
    else:
        with mounted(play.state, "-o", "bind"):
            remount = subprocess.run(["mount", "-o", "remount,ro,bind", str(play.state)], capture_output=True)
            need(remount.returncode == 0, "cannot remount: " + remount.stderr.decode())
            ended(play.run(), 73, row["code"], str(play.state))
    need(mailbox.exists(), "the partner's file was touched")


class mounted:
    """A mount for a while; a machine that forbids mounting cannot hold the row."""

    def __init__(self, path, *options):
        self.path, self.options = path, options

    def __enter__(self):
        source = str(self.path) if "bind" in self.options else "tmpfs"
        done = subprocess.run(["mount", *self.options, source, str(self.path)], capture_output=True)
        if done.returncode:
            raise Unmountable()

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.path)], capture_output=True)


class Unmountable(Exception):
    pass


def full_disk(bench, row):
    """A file that is larger than may be written stands for a full disk, at each place where something is written."""
    for size in (0, 4096, 65536, 300000, 1000000):
        play = bench.play()
        play.lay(many_orders(4000), "acme/csv", "many.csv")

        def limit(size=size):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        with mounted_small(play.state, size):
            outcome = play.run()
            if outcome.status == 0:
                continue
            ended(outcome, 73, row["code"], "needs")
            verify = play.run("verify")
            need(verify.status == 0, "after the full disk: " + verify.stdout + verify.stderr)


def mounted_small(path, spare):
    """The state on a disk with no more than `spare` bytes left."""
    return SmallDisk(path, spare)


class SmallDisk:
    def __init__(self, path, spare):
        self.path, self.spare = pathlib.Path(path), spare

    def __enter__(self):
        copy = self.path.with_name("copy")
        shutil.move(self.path, copy)
        self.path.mkdir()
        size = sum(-(-file.stat().st_size // 4096) * 4096 + 4096 for file in copy.rglob("*")) + 65536 + self.spare
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.path)], capture_output=True)
        need(done.returncode == 0, "cannot mount: " + done.stderr.decode())
        shutil.copytree(copy, self.path, dirs_exist_ok=True)

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.path)], capture_output=True)


def not_a_database(bench, row):
    play = bench.play()
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (play.state / name).unlink(missing_ok=True)
    (play.state / "ledger.db").write_bytes(b"x" * 4096)
    mailbox = play.lay(seed("good.csv"), "acme/csv", "good.csv")
    ended(play.run(), 74, row["code"])
    need(mailbox.exists(), "the partner's file was touched")
    need((play.state / "ledger.db").read_bytes() == b"x" * 4096, "the file was written to")


def flipped_bit(bench, row):
    """A bit in the middle of each page that holds a row of the books: `verify` finds it."""
    play = bench.play()
    play.lay(many_orders(300), "acme/csv", "many.csv")
    ended(play.run(), 0)
    ledger = sqlite3.connect(play.state / "ledger.db")
    ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = ledger.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'orders'").fetchone()[0]
    size = ledger.execute("PRAGMA page_size").fetchone()[0]
    ledger.close()
    whole = (play.state / "ledger.db").read_bytes()
    places = [n for n in range(0, len(whole)) if whole.startswith(b"M-1", n)][:400:20]
    need(places and root and size, "no row was found")
    missed = 0
    for place in places:
        bytes_ = bytearray(whole)
        bytes_[place] ^= 1
        (play.state / "ledger.db").write_bytes(bytes_)
        for name in ("ledger.db-wal", "ledger.db-shm"):
            (play.state / name).unlink(missing_ok=True)
        outcome = play.run("verify")
        missed += outcome.status == 0
        if outcome.status != 0:
            ended(outcome, 74, row["code"], "integrity")
    need(missed == 0, f"{missed} of {len(places)} flipped bits were not found")


def newer_schema(bench, row):
    play = bench.play()
    ledger = sqlite3.connect(play.state / "ledger.db")
    ledger.execute("PRAGMA user_version = 999")
    ledger.commit()
    ledger.close()
    ended(play.run(), 78, row["code"], "999 > ")


def replays(bench, row):
    play = bench.play()
    play.lay(seed("good.csv"), "acme/csv", "good.csv")
    ended(play.run(), 0)
    before = play.books().text
    ended(play.run("replay", "d-999", "--from", "map"), 64, "REPLAY.UNKNOWN")
    drop = next(n for n in range(1, 9) if "good.csv" in play.run("show", f"d-{n}").stdout)
    ended(play.run("replay", f"d-{drop}", "--from", "map"), 0, "REPLAY.ALREADY_APPLIED")
    need(play.books().text == before, "the books changed")


def clock_back(bench, row):
    play = bench.play()
    outcome = play.run(env=environment(CROSSDOCK_NOW="2026-11-22T10:00:00Z"))
    ended(outcome, 0, row["code"], row["msg"])
    ended(play.run(env=environment(CROSSDOCK_NOW="2027-11-22T10:00:00Z")), 0)


def closed_output(bench, row):
    play = bench.play()
    play.lay(many_orders(2000), "acme/csv", "many.csv")
    ended(play.run(), 0)
    for arguments in (["dump", "--canonical"], ["failures"], ["status"], ["show", "d-1"]):
        reading, writing = os.pipe()
        os.close(reading)
        process = subprocess.Popen(
            [bench.crossdock, *arguments, "--config", str(play.config), "--state", str(play.state)],
            env=environment(), stdout=writing, stderr=subprocess.PIPE)
        os.close(writing)
        _, errors = process.communicate(timeout=60)
        need(process.returncode == 0, f"{arguments[0]} ended with {process.returncode}: {errors.decode()[-300:]}")


def locales(bench, row):
    seen = set()
    for variables in (
        {}, {"TZ": None, "LC_ALL": None}, {"LC_ALL": "C", "LANG": "C"}, {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
        {"HOME": None}, {"TZ": "Pacific/Kiritimati"},
    ):
        play = bench.play()
        play.lay(seed("good-850.edi"), "acme/x12", "good-850.edi")
        play.lay(seed("good.csv"), "acme/csv", "good.csv")
        ended(play.run(env=environment(**variables)), 0)
        digest = hashlib.sha256(play.books().text.encode())
        for file in sorted((play.state / "partners" / "acme" / "back").iterdir()):
            digest.update(file.name.encode() + file.read_bytes())
        seen.add(digest.hexdigest())
    need(len(seen) == 1, f"{len(seen)} different results")


def few_descriptors(bench, row):
    play = bench.play()
    for n in range(100):
        play.lay(b"".join(many_orders(3, first=10 * n)), "acme/csv", f"many-{n}.csv")
    outcome = play.run(before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    ended(outcome, 0)
    need(len(play.books().of("order")) == 300, "not every order is in the books")


def poison(bench, row):
    play = bench.play()
    play.lay(seed("good.csv"), "acme/csv", "good.csv")
    play.lay(seed("good.xml"), "acme/xml", "poison.xml")
    for _ in range(2):
        outcome = play.run(env=environment(CROSSDOCK_FAULT="crash@parse-set:poison.xml"))
        need(outcome.status < 0, f"the fault did not fire: {outcome.status}")
    outcome = play.run(env=environment(CROSSDOCK_FAULT="crash@parse-set:poison.xml"))
    ended(outcome, 3, row["code"], row["msg"])


def interrupted(bench, row):
    for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        play = bench.play()
        play.lay(many_orders(20000), "acme/csv", "many.csv")
        process = background(play, "run")
        wait_for_lock(play, process)
        process.send_signal(number)
        started = time.monotonic()
        out, err = process.communicate(timeout=60)
        text = out.decode() + err.decode()
        need(process.returncode == status, f"ended with {process.returncode}, not {status}: {text[-300:]}")
        need(row["code"] in text, f"{row['code']} is not told: {text[-300:]}")
        need(time.monotonic() - started <= 10, "took more than 10 s to stop")
        need(play.run("verify").status == 0, "the books are not whole")
        ended(play.run(), 0)
        need(len(play.books().of("order")) == 20000, "not every order is in the books")


CASES = {
    "CLI-001": unknown_option,
    "CLI-002": unknown_channel,
    "CLI-003": second_run,
    "CLI-004": stale_lock,
    "CLI-005": read_only,
    "CLI-006": full_disk,
    "CLI-007": not_a_database,
    "CLI-008": flipped_bit,
    "CLI-009": newer_schema,
    "CLI-010": replays,
    "CLI-011": lambda bench, row: second_run(bench, row, ("replay", "d-1", "--from", "map", "--yes")),
    "CLI-012": clock_back,
    "CLI-013": closed_output,
    "CLI-014": locales,
    "CLI-015": few_descriptors,
    "CLI-016": poison,
    "CLI-017": interrupted,
}
