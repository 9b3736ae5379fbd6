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

from bench import SHARED, Skipped, environment, need


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
    """A run that goes on while something else is tried."""
    return subprocess.Popen(
        [play.bench.crossdock, *arguments, "--config", str(play.config), "--state", str(play.state)],
        env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


# Each row of many.csv takes so long that a run lasts as long as is needed to disturb it.
SLOWLY = {"CROSSDOCK_FAULT": "F13[many.csv]@*=sleep:20"}
MANY = 300


def many_orders(count, first=0):
    yield b"order_id,sku,qty,unit_price,currency,ship_name,ship_country,order_date\n"
    for n in range(first, first + count):
        yield b"M-%d,SKU-1,1,19.99,USD,Jane Roe,US,2026-11-22\n" % n


def wait_until_busy(play, process):
    """Until the run is at work on many.csv."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            ledger = sqlite3.connect(f"file:{play.state}/ledger.db?mode=ro", uri=True, timeout=5)
            busy = ledger.execute("SELECT count(*) FROM drops WHERE state = 'applying'").fetchone()[0]
            ledger.close()
            if busy:
                return
        except sqlite3.Error:
            pass
        time.sleep(0.01)
    need(process.poll() is None, "the first run ended too early to be disturbed")


def second_run(bench, row, command=("run",)):
    play = bench.play()
    if command[0] == "replay":
        play.lay(seed("csv-027.csv"), "acme/csv", "refused.csv")
        ended(play.run(), 3)
    play.lay(many_orders(MANY), "acme/csv", "many.csv")
    process = background(play, "run", **SLOWLY)
    try:
        wait_until_busy(play, process)
        outcome = play.run(*command)
        need(process.poll() is None, "the first run ended too early to be disturbed")
        ended(outcome, 75, "RUN.LOCKED", f"pid {process.pid} since")
    finally:
        process.kill()
        process.communicate()


def stale_lock(bench, row):
    play = bench.play()
    play.lay(many_orders(MANY), "acme/csv", "many.csv")
    process = background(play, "run", **SLOWLY)
    wait_until_busy(play, process)
    process.kill()
    process.communicate()
    ended(play.run(), 0)
    need(len(play.books().of("order")) == MANY, "not every order is in the books")


def mount(*arguments):
    done = subprocess.run(["mount", *arguments], capture_output=True)
    if done.returncode:
        raise Skipped("this machine does not let us mount: " + done.stderr.decode().strip())


def read_only(bench, row):
    play = bench.play()
    mailboxes = play.state.parent / "partners"
    shutil.move(play.state / "partners", mailboxes)
    (play.state / "partners").symlink_to(mailboxes)
    mailbox = play.lay(seed("good.csv"), "acme/csv", "good.csv")
    if os.geteuid() == 0:
        mount("--bind", str(play.state), str(play.state))
        try:
            mount("-o", "remount,ro,bind", str(play.state))
            outcome = play.run()
        finally:
            subprocess.run(["umount", "-l", str(play.state)], capture_output=True)
    else:
        subprocess.run(["chmod", "-R", "a-w", str(play.state)], check=True)
        outcome = play.run()
    ended(outcome, 73, row["code"], str(play.state))
    need(mailbox.exists(), "the partner's file was touched")


def full_disk(bench, row):
    """Disks with less and more room left: the run ends at staging, in the ledger or in the outbox, and goes on later."""
    endings = 0
    for spare in (0, 65536, 200000, 400000, 1000000):
        play = bench.play()
        play.lay(many_orders(1000), "acme/csv", "many.csv")
        with SmallDisk(play.state, spare) as disk:
            outcome = play.run()
            if outcome.status == 0:
                continue
            ended(outcome, 73, row["code"], row["msg"])
            endings += 1
            disk.grow()
            ended(play.run(), 0)
            need(len(play.books().of("order")) == 1000, "not every order is in the books")
            verify = play.run("verify")
            need(verify.status == 0, "after the full disk: " + verify.stdout + verify.stderr)
    need(endings > 1, "no disk was full")


class SmallDisk:
    def __init__(self, path, spare):
        self.path, self.spare = pathlib.Path(path), spare

    def __enter__(self):
        copy = self.path.with_name("copy")
        shutil.move(self.path, copy)
        self.path.mkdir()
        size = sum(-(-file.stat().st_size // 4096) * 4096 + 4096 for file in copy.rglob("*")) + 65536 + self.spare
        mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.path))
        shutil.copytree(copy, self.path, dirs_exist_ok=True)
        return self

    def grow(self):
        subprocess.run(["mount", "-o", "remount,size=67108864", str(self.path)], check=True, capture_output=True)

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
    fault = environment(CROSSDOCK_FAULT="F13[poison.xml]@*=trap")
    for _ in range(2):
        outcome = play.run(env=fault)
        need(outcome.status < 0, f"the fault did not fire: {outcome.status}: {outcome.stderr[:200]}")
        need([order["number"] for order in play.books().of("order")] == ["A-1"], "the other file was not processed")
    ended(play.run(env=fault), 3)
    told = [finding["message"] for finding in play.books().of("finding", code=row["code"])]
    need(told and row["msg"] in told[0], f"{row['code']} is told as {told}")
    ended(play.run(env=fault), 0)


def interrupted(bench, row):
    for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        play = bench.play()
        play.lay(many_orders(MANY), "acme/csv", "many.csv")
        process = background(play, "run", **SLOWLY)
        wait_until_busy(play, process)
        process.send_signal(number)
        started = time.monotonic()
        out, err = process.communicate(timeout=60)
        text = out.decode() + err.decode()
        need(process.returncode == status, f"ended with {process.returncode}, not {status}: {text[-300:]}")
        need(row["code"] in text, f"{row['code']} is not told: {text[-300:]}")
        need(time.monotonic() - started <= 10, "took more than 10 s to stop")
        need(play.run("verify").status == 0, "the books are not whole")
        ended(play.run(), 0)
        need(len(play.books().of("order")) == MANY, "not every order is in the books")


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
    "CLI-011": lambda bench, row: second_run(bench, row, ("replay", "d-4", "--from", "map", "--yes")),
    "CLI-012": clock_back,
    "CLI-013": closed_output,
    "CLI-014": locales,
    "CLI-015": few_descriptors,
    "CLI-016": poison,
    "CLI-017": interrupted,
}
