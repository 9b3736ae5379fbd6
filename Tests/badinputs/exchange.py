"""Rows about fetching and delivering: partners' servers that misbehave, and everything that must be true afterwards.

A row that Swift tests hold stands in net.json with them; a row may be played and stand there too.
"""

import gzip
import json
import os
import re
import socket
import ssl
import threading
import time
import zlib

from bench import HERE, MEMORY_LIMIT, REPOSITORY, SHARED, Play, environment, need
from servers import Island, SSHServer, WebServer, certificate, hang, raw, redirect, slow, whole

TESTS = json.loads((HERE / "net.json").read_text())
HEADER = b"order_id,sku,qty,unit_price,currency,ship_name,ship_country,order_date\n"


def seed(name):
    return (SHARED / "reliability" / "seeds" / name).read_bytes()


def order(number):
    return HEADER + b"%s,SKU-1,1,19.99,USD,Jane Roe,US,2026-11-22\n" % number.encode()


def hold(bench, row):
    held = TESTS.get(row["id"], [])
    for test in held:
        need(exists(test), f"net.json names {test}, which is not there")
    need(held or row["id"] in CASES, "nothing plays it")
    if row["id"] in CASES:
        CASES[row["id"]](bench, row)


def exists(test):
    """Whether there is a suite and a test of these names, as in SFTPEndpointTests/aServerThatIsDownIsTemporary."""
    suite, name = test.split("/")
    for path in (REPOSITORY / "Tests").rglob("*.swift"):
        text = path.read_text()
        if re.search(rf"\bstruct {suite}\b", text) and re.search(rf"\bfunc {name}\(", text):
            return True
    return False


# MARK: Sites

def web(server, more="timeout: { connect: 2s, total: 5s }"):
    return (
        f'{{ type: http, base_url: "{getattr(server, "url", server)}", allow_private: true, '
        f'insecure: {{ reason: loopback }}, test: true, {more} }}')


def folder(bench, more="limits: { max_files: 10000 }"):
    return "{ type: directory, root: <state>/partners/acme, test: true, %s }" % more


def site(bench, connection, csv=None, x12=None, back=False, changes=()):
    """The site of the table with another connection, from which CSV or X12 is fetched."""
    text = (bench.site / "channels.yaml").read_text()
    edits = [("\n  books: { type", f"\n  net: {connection}\n  books: {{ type")]
    for old, new in (("{ connection: acme, path: csv, match: \"*\" }", csv), ("{ connection: acme, path: x12, match: \"*\" }", x12)):
        if new:
            edits.append((old, "{ connection: net, %s }" % new))
    if back:
        edits.append(("to: { connection: acme, path: back,", "to: { connection: net, path: back,"))
    for old, new in [*edits, *changes]:
        need(text.count(old) == 1, f"the site no longer says {old}")
        text = text.replace(old, new)
    place = bench.folder()
    (place / "library").symlink_to((bench.site / "library").resolve())
    (place / "rules.yaml").write_bytes((bench.site / "rules.yaml").read_bytes())
    (place / "channels.yaml").write_text(text)
    return Play(bench, place / "channels.yaml", bench.play().state)


# MARK: What must be true

def staged(play):
    need(not list((play.state / "staging" / "tmp").iterdir()), "something half fetched lies about")
    return {file.name for file in (play.state / "staging").iterdir() if file.is_file()}


def told(outcome, row, code=None):
    """The finding of the row, with what was found and what to do."""
    code = code or row["code"]
    findings = [line for line in outcome.lines() if line["type"] == "finding" and line["code"] == code]
    need(findings, f"{code} is not told: {outcome.stdout[-500:]}{outcome.stderr[-300:]}")
    finding = findings[0]
    need(row["msg"] in finding["message"], f"'{row['msg']}' is not in: {finding['message']}")
    need(finding.get("remedy"), f"{code} does not say what to do")
    return findings


def run(play, status, **options):
    outcome = play.run("run", "--json", **options)
    need(outcome.status == status, f"run ended with {outcome.status}, not {status}: {outcome.stdout[-500:]}{outcome.stderr[-300:]}")
    need(outcome.peak <= MEMORY_LIMIT, f"peak memory {outcome.peak >> 20} MiB")
    return outcome


def refused(play, row, code=None, **options):
    """Nothing was staged, nothing is half visible, the books are as they were, and the finding says why."""
    before, bytes_before = play.books().text, staged(play)
    outcome = run(play, 3, **options)
    finding = told(outcome, row, code)[0]
    need(finding.get("channel", "acme").startswith("acme"), "the finding names no channel")
    need(play.books().text == before, "the books changed")
    need(staged(play) == bytes_before, "bytes were staged")
    return outcome


def numbers(play):
    return sorted(row["number"] for row in play.books().of("order"))


def accepted(play, *orders, status=0, **options):
    """A later run takes everything, and the one after it finds nothing to do."""
    outcome = run(play, status, **options)
    need(numbers(play) == sorted(orders), f"orders are {numbers(play)}, not {sorted(orders)}")
    need(play.run("verify").status == 0, "the books are not whole")
    before = play.books().text
    run(play, status, **options)
    need(play.books().text == before, "one more run changed the books")
    return outcome


def refused_then_accepted(*bad, more="timeout: { connect: 2s, total: 5s }"):
    """A path of a web server that answers badly, each answer in a run of its own, and then as it should."""
    def case(bench, row):
        with WebServer() as server:
            play = site(bench, web(server, more), csv="path: /x/orders.csv")
            for reply in bad:
                server.serve("/x/orders.csv", reply)
                refused(play, row)
            server.serve("/x/orders.csv", whole(seed("good.csv")))
            accepted(play, "A-1")
    return case


# MARK: HTTP

def cut_without_length(bench, row):
    good = seed("good-850.edi")
    with WebServer() as server:
        server.serve("/out/po.edi", raw(b"HTTP/1.0 200 OK\r\n\r\n" + good[:len(good) // 2]))
        play = site(bench, web(server), x12="path: /out/po.edi")
        run(play, 3)
        books = play.books()
        need([drop["fate"] for drop in books.of("interchange")] == ["quarantined"], "not quarantined")
        words = [finding["message"] for finding in books.of("finding", code=row["code"])]
        need(words and row["msg"] in words[0], f"{row['code']} is told as {words}")
        need(not books.of("order"), "an order was made of half a file")
        server.serve("/out/po.edi", whole(good))
        accepted(play, "PO-1001")


def login_page(bench, row):
    page = b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n"
    with WebServer() as server:
        server.serve("/x/orders.csv", whole(page, Content_Type="text/html"))
        play = site(bench, web(server), csv="path: /x/orders.csv")
        run(play, 3)
        books = play.books()
        need([drop["state"] for drop in books.of("drop", name="orders.csv")] == ["quarantined"], "not quarantined")
        words = [finding["message"] for finding in books.of("finding", code=row["code"])]
        need(words and row["msg"] in words[0], f"{row['code']} is told as {words}")
        need(row["code"] in json.dumps(play.failures()), "failures does not tell it")
        server.serve("/x/orders.csv", whole(seed("good.csv")))
        accepted(play, "A-1")


def statuses(bench, row):
    """One path that is not there says nothing about the server: its other channels go on."""
    for status in ("404 Not Found", "403 Forbidden", "401 Unauthorized"):
        with WebServer() as server:
            server.serve("/x/orders.csv", whole(b"order_id,sku\nX-1,SKU-1\n", status))
            server.serve("/out/po.edi", whole(seed("good-850.edi")))
            play = site(bench, web(server), csv="path: /x/orders.csv", x12="path: /out/po.edi")
            finding = told(run(play, 3), {**row, "msg": status[:3]})[0]
            need(finding["channel"] == "acme-csv", f"told of {finding['channel']}")
            need(numbers(play) == ["PO-1001"], "the other channel was not served")
            server.serve("/x/orders.csv", whole(seed("good.csv")))
            accepted(play, "A-1", "PO-1001")


def too_many_requests(bench, row):
    with WebServer() as server:
        server.serve("/out/po.edi", whole(b"", "429 Too Many Requests", Retry_After="7200"))
        play = site(bench, web(server), csv="path: /x/orders.csv", x12="path: /out/po.edi")
        outcome = play.run("run", "--json")
        need(outcome.status == 3 and outcome.waited < 30, f"ended with {outcome.status} after {outcome.waited:.0f} s")
        need("7200" in told(outcome, row)[0]["message"], "the time is not told")
        need(len(server.requests) == 1, "the server was asked again in the same run")
        server.serve("/x/orders.csv", whole(seed("good.csv"))).serve("/out/po.edi", whole(seed("good-850.edi")))
        accepted(play, "A-1", "PO-1001")


def redirected_to_private(bench, row):
    with WebServer() as server, WebServer() as inside:
        inside.serve("/secret", whole(b"order_id\nstolen\n"))
        play = site(bench, web(server, "redirect_hosts: [ localhost ]"), csv="path: /x/orders.csv")
        for url, address in (
            ("http://169.254.169.254/latest/meta-data", "169.254.169.254"), ("http://10.0.0.1/", "10.0.0.1"),
            ("http://[::1]/", "::1"), (f"{inside.url}/secret", "127.0.0.1"),
            # By a name, as a name service may answer: what counts is the address that is connected to.
            (f"http://localhost:{inside.port}/secret", "1"),
        ):
            server.serve("/x/orders.csv", redirect(url))
            refused(play, {**row, "msg": address})
        need(not inside.requests, "the private server was asked")
        server.serve("/x/orders.csv", whole(seed("good.csv")))
        accepted(play, "A-1")


def rebound(bench, row):
    """The name leads to a public address in one run and to our own machine in the next."""
    public = "93.184.216.34"
    with Island(public) as island:
        with WebServer(island.listener(public)) as shop, WebServer(island.listener("127.0.0.1")) as inside:
            names = island.names(bench.folder(), [public, "127.0.0.1"])
            inside.serve("/x/orders.csv", whole(order("STOLEN-1")))
            shop.serve("/x/orders.csv", whole(seed("good.csv")))
            connection = (
                "{ type: http, base_url: \"http://shop.example\", insecure: { reason: a test }, test: true, "
                "timeout: { connect: 5s, total: 5s } }")
            play = site(bench, connection, csv="path: /x/orders.csv")
            run(play, 0, prefix=island.prefix)
            need(numbers(play) == ["A-1"] and len(shop.requests) == 1, "the shop was not asked")
            refused(play, {**row, "msg": "127.0.0.1"}, prefix=island.prefix)
            need(not inside.requests, "our own machine was asked")
            names.close()


def endless(bench, row):
    with WebServer() as server:
        for n in range(50):
            server.serve(f"/x/{n}", redirect(f"/x/{n + 1}"))
        server.serve("/x/orders.csv", redirect("/x/orders.csv"))
        play = site(bench, web(server), csv="path: /x/orders.csv")
        refused(play, row)
        server.serve("/x/orders.csv", redirect("/x/0"))
        refused(play, row)
        need(len(server.requests) == 12, f"{len(server.requests)} requests in two runs")
        server.serve("/x/orders.csv", redirect("/x/here")).serve("/x/here", whole(seed("good.csv")))
        accepted(play, "A-1")


def credentials(bench, row):
    """Another public host: not at all unless it is named, and then without a word of who we are."""
    shop, other = "93.184.216.34", "93.184.216.35"
    secret = bench.folder() / "token"
    secret.write_text("canary-token\n")
    secret.chmod(0o600)
    auth = f"auth: {{ bearer: {{ file: {secret} }} }}"
    with Island(shop, other) as island:
        with WebServer(island.listener(shop)) as first, WebServer(island.listener(other)) as second:
            first.serve("/x/orders.csv", redirect(f"http://{other}/x/orders.csv"))
            second.serve("/x/orders.csv", whole(seed("good.csv")))
            play = site(bench, web(f"http://{shop}", auth), csv="path: /x/orders.csv")
            outcome = run(play, 3, prefix=island.prefix)
            need(other in told(outcome, row, "NET.REDIRECT.HOST")[0]["message"], "the host is not named")
            need(not second.requests, "the other host was asked")
            play = site(bench, web(f"http://{shop}", f"{auth}, redirect_hosts: [ {other} ]"), csv="path: /x/orders.csv")
            run(play, 0, prefix=island.prefix)
            need(numbers(play) == ["A-1"], "the file was not taken")
            need(all(request.headers.get("authorization") == "Bearer canary-token" for request in first.requests),
                 "the shop was not told who we are")
            need(len(second.requests) == 1, "the other host was not asked once")
            known = {"authorization", "cookie"} & set(second.requests[0].headers)
            need(not known and "canary" not in str(second.requests[0].headers), f"the other host was told {known}")
            need("canary" not in outcome.stdout + outcome.stderr, "the token is printed")


def bomb(bench, row):
    # In pieces: what this process holds counts as memory of the programs that it starts.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(50)) + packer.flush()
    with WebServer() as server:
        server.serve("/x/orders.csv", whole(packed, Content_Encoding="gzip"))
        server.serve("/out/po.edi", whole(seed("good-850.edi")))
        play = site(bench, web(server, "limits: { max_bytes: 1MiB }"), csv="path: /x/orders.csv")
        refused(play, row)
        server.serve("/x/orders.csv", whole(gzip.compress(seed("good.csv")), Content_Encoding="gzip"))
        accepted(play, "A-1")


def vanished_peer(bench, row):
    """The link goes down in mid-transfer: no end is ever announced."""
    shop = "93.184.216.34"
    with Island(shop) as island:
        with WebServer(island.listener(shop)) as server:
            good = seed("good.csv")

            def half(connection, server):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(good) + good[:20])
                island.inside("ip", "link", "set", "lo", "down")
                server.stopped.wait(30)

            server.serve("/x/orders.csv", half)
            play = site(bench, web(f"http://{shop}", "timeout: { connect: 2s, total: 3s }"), csv="path: /x/orders.csv")
            refused(play, row, prefix=island.prefix)
            island.inside("ip", "link", "set", "lo", "up")
            server.serve("/x/orders.csv", whole(good))
            accepted(play, "A-1", prefix=island.prefix)


def certificates(bench, row):
    authority, chain, key = certificate(bench.folder())
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain, key)
    with WebServer(tls=tls) as server:
        server.serve("/x/orders.csv", whole(seed("good.csv")))
        connection = '{ type: http, base_url: "https://%s:%d", allow_private: true, test: true %s }'
        refused(site(bench, connection % ("localhost", server.port, ""), csv="path: /x/orders.csv"), row)
        trusted = f", ca_file: {authority}"
        refused(site(bench, connection % ("127.0.0.1", server.port, trusted), csv="path: /x/orders.csv"), row)
        need(not server.requests, "something was asked over an unknown certificate")
        accepted(site(bench, connection % ("localhost", server.port, trusted), csv="path: /x/orders.csv"), "A-1")


# MARK: SFTP

def another_host_key(bench, row):
    with SSHServer(bench.folder()) as server:
        (server.root / "out").mkdir()
        (server.root / "out" / "good.csv").write_bytes(seed("good.csv"))
        play = site(bench, server.connection, csv='path: out, match: "*"')
        server.start("second")
        refused(play, row)
        need("userauth-request" not in server.log, "the user was named to an unknown server")
        need((server.root / "out" / "good.csv").exists(), "the partner's file was touched")
        server.start("first")
        accepted(play, "A-1")


def while_asleep(play, fault, act, **options):
    """Runs with a pause at a fault point, in which something happens to the partner's side."""
    thread = threading.Thread(target=act)
    thread.start()
    outcome = play.run("run", "--json", env=environment(CROSSDOCK_FAULT=f"{fault}=sleep:2500"), **options)
    thread.join()
    return outcome


def killed_download(bench, row):
    with SSHServer(bench.folder()) as server:
        (server.root / "out").mkdir()
        with open(server.root / "out" / "big.csv", "wb") as file:
            for _ in range(600):
                file.write(b"x" * 100_000)
        size = 60_000_000
        play = site(bench, server.connection, csv='path: out, match: "*"')
        before = staged(play)

        def kill():
            wait_for(lambda: any((play.state / "staging" / "tmp").iterdir()))
            time.sleep(0.5)
            server.kill_sessions()

        outcome = while_asleep(play, "F05@1", kill)
        need(outcome.status == 3, f"ended with {outcome.status}: {outcome.stdout[-300:]}")
        told(outcome, {**row, "msg": f"of {size} bytes"})
        need(staged(play) == before, "bytes were staged")
        (server.root / "out" / "big.csv").write_bytes(seed("good.csv"))
        accepted(play, "A-1")


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        need(time.monotonic() < deadline, "the run was not caught at the right moment")
        time.sleep(0.02)


def killed_upload(bench, row):
    sent = documents(bench)
    with SSHServer(bench.folder()) as server:
        back = server.root / "back"
        back.mkdir()
        play = site(bench, server.connection, back=True)
        play.lay(seed("good-850.edi"), "acme/x12", "good-850.edi")

        def kill():
            wait_for(lambda: any(file.name.endswith(".part") for file in back.iterdir()))
            time.sleep(0.5)
            server.kill_sessions()

        outcome = while_asleep(play, "F25@1", kill)
        need(outcome.status == 3, f"ended with {outcome.status}: {outcome.stdout[-300:]}")
        told(outcome, row)
        there = contents(back)
        parts = [name for name in there if name.endswith(".part")]
        need(len(parts) == 1, f"there lie {sorted(there)}")
        need(all(there[name] == sent[name] for name in there if name not in parts), "half a document is visible")
        need(len(there) <= len(sent), "nothing is missing")
        need(numbers(play) == ["PO-1001"], "the order is lost")
        run(play, 0, env=environment(CROSSDOCK_NOW="2026-11-22T14:00:00Z"))
        need(contents(back) == sent, f"there lie {sorted(contents(back))}, not {sorted(sent)}")


def contents(place):
    return {file.name: file.read_bytes() for file in place.iterdir()}


def documents(bench):
    """What the partner gets for the valid 850 when nothing goes wrong."""
    play = site(bench, folder(bench), back=True)
    play.lay(seed("good-850.edi"), "acme/x12", "good-850.edi")
    run(play, 0)
    return contents(play.state / "partners" / "acme" / "back")


def taken_name(bench, row):
    """The name of a document is taken: by our own bytes it is delivered, by others a conflict; never overwritten."""
    sent = documents(bench)
    name, ours = sorted(sent.items())[0]
    for content, status in ((ours, 0), (bytes(byte ^ 1 for byte in ours), 3), (b"short", 3)):
        play = site(bench, folder(bench), back=True)
        play.lay(seed("good-850.edi"), "acme/x12", "good-850.edi")
        target = play.lay(content, "acme/back", name)
        outcome = run(play, status)
        if status == 3:
            told(outcome, row)
            need("waiting" in [line["state"] for line in outcome.lines() if line["type"] == "delivery"], "not waiting")
        need(contents(target.parent) == {**sent, name: content}, "a file of the partner was overwritten, or more lies about")


# MARK: Names and folders

def names(bench, row):
    bad = ["C:\\x", "a\nb.csv", "CON", "esc\x1b[31m.csv", "nul.txt"]
    play = site(bench, folder(bench), csv='path: csv, match: "*"')
    for name in bad:
        play.lay(seed("good.csv"), "acme/csv", name)
    findings = told(refused(play, {**row, "msg": ""}), {**row, "msg": ""})
    need(len(findings) == len(bad), f"{len(findings)} of {len(bad)} are told")
    shown = "".join(finding["message"] for finding in findings)
    need("\x1b" not in shown and "\n" not in shown and "C:\\x" in shown, "names are not shown escaped")
    left = sorted(file.name for file in (play.state / "partners" / "acme" / "csv").iterdir())
    need(left == sorted(bad), "a file of the partner was touched")


def odd_names(bench, row):
    """Odd for a shell, which nobody asks: over a folder and over SFTP."""
    odd = {"-rf": "S-1", "$(touch pwned).csv": "S-2", ";rm -rf x.csv": "S-3", "`id`.csv": "S-4", "a b'\".csv": "S-5"}
    with SSHServer(bench.folder()) as server:
        (server.root / "csv").mkdir()
        play = site(bench, server.connection, csv='path: csv, match: "*"')
        for name, number in odd.items():
            (server.root / "csv" / name).write_bytes(order(number))
        accepted(play, *odd.values())
        need(sorted(file.name for file in (server.root / "archive").iterdir()) == sorted(odd), "not all were archived")
    play = site(bench, folder(bench), csv='path: csv, match: "*"')
    for name, number in odd.items():
        play.lay(order(number), "acme/csv", name)
    accepted(play, *odd.values())


def not_regular(bench, row):
    play = site(bench, folder(bench), csv='path: csv, match: "*"')
    place = play.state / "partners" / "acme" / "csv"
    (place / "link.csv").symlink_to("/etc/passwd")
    (place / "folder.csv").mkdir()
    os.mkfifo(place / "fifo.csv")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(os.path.relpath(place / "socket.csv"))
        before = staged(play)
        findings = told(run(play, 0), row)
        need(len(findings) == 4, f"{len(findings)} of 4 are told")
        need(staged(play) == before, "bytes were staged")
        play.lay(seed("good.csv"), "acme/csv", "good.csv")
        accepted(play, "A-1")


def growing(bench, row):
    play = site(bench, folder(bench), csv='path: csv, match: "*"')
    file = play.lay(order("G-1"), "acme/csv", "grows.csv")
    size = file.stat().st_size
    more = order("G-2")[len(HEADER):]

    def write():
        wait_for(lambda: any((play.state / "staging" / "tmp").iterdir()))
        time.sleep(0.5)
        with open(file, "ab") as out:
            out.write(more)

    before = staged(play)
    outcome = while_asleep(play, "F05@1", write)
    need(outcome.status == 0, f"ended with {outcome.status}: {outcome.stdout[-300:]}")
    told(outcome, {**row, "msg": f"size {size} -> {size + len(more)}"})
    need(staged(play) == before and file.exists(), "half a file was taken")
    accepted(play, "G-1", "G-2")


def new_content(bench, row):
    """The same name, size and time, even the same ETag: the bytes alone say that it is new."""
    keep = [("business_key: [ BEG03 ]", "business_key: [ BEG03 ]\n        after: { action: keep }")]
    play = site(bench, folder(bench), csv='path: csv, match: "*"',
                changes=[*keep, ("        format: { delimiter:", "        after: { action: keep }\n        format: { delimiter:")])
    for number in ("S-1", "S-2"):
        file = play.lay(order(number), "acme/csv", "orders.csv")
        os.utime(file, (1_700_000_000, 1_700_000_000))
        run(play, 0)
    accepted(play, "S-1", "S-2")
    drop = len(play.books().of("drop"))
    shown = play.run("show", f"d-{drop}")
    need("modified there 2023-11-14T22:13:20Z" in shown.stdout, f"the file's time is not shown: {shown.stdout[:400]}")
    with WebServer() as server:
        play = site(bench, web(server), csv="path: /x/orders.csv")
        for number in ("S-1", "S-2"):
            server.serve("/x/orders.csv", whole(order(number), ETag='"always"'))
            run(play, 0)
        accepted(play, "S-1", "S-2")


def two_names(bench, row):
    play = site(bench, folder(bench), csv='path: csv, match: "*"')
    play.lay(seed("good.csv"), "acme/csv", "first.csv")
    play.lay(seed("good.csv"), "acme/csv", "second.csv")
    outcome = run(play, 0)
    need("first.csv" in told(outcome, row)[0]["message"], "the first name is not told")
    accepted(play, "A-1")
    need(not list((play.state / "partners" / "acme" / "csv").iterdir()), "a file was left behind")


def many_files(bench, row):
    play = site(bench, folder(bench, "limits: { max_files: 20 }"), csv='path: csv, match: "*"')
    place = play.state / "partners" / "acme" / "csv"
    for n in range(100_000):
        (place / f"f{n:06}.csv").write_bytes(order(f"F-{n:06}"))
    for count in (20, 40):
        findings = told(run(play, 0), row)
        need(findings[0]["severity"] == "warning", "it is not a warning")
        need(numbers(play) == [f"F-{n:06}" for n in range(count)], "not the first ones in order")


def vanished(bench, row):
    play = site(bench, folder(bench), csv='path: csv, match: "*"')
    gone = play.lay(order("V-1"), "acme/csv", "a.csv")
    play.lay(order("V-2"), "acme/csv", "b.csv")
    timer = threading.Timer(1.2, gone.unlink)

    outcome = while_asleep(play, "F04[acme-csv]@1", timer.run)
    need(outcome.status == 0, f"ended with {outcome.status}: {outcome.stdout[-300:]}")
    need(told(outcome, row)[0]["severity"] == "warning", "it is not a warning")
    accepted(play, "V-2")


def slow_body(bench, row):
    """The time is the product's own, so this one takes half a minute."""
    with WebServer() as server:
        server.serve("/x/orders.csv", slow(seed("good.csv"), 1))
        play = site(bench, web(server, "timeout: { connect: 2s, total: 120s }"), csv="path: /x/orders.csv")
        outcome = refused(play, row)
        need(25 < outcome.waited < 60, f"gave up after {outcome.waited:.0f} s")
        server.serve("/x/orders.csv", whole(seed("good.csv")))
        accepted(play, "A-1")


GOOD_HEAD = b"HTTP/1.1 200 OK\r\n"
CASES = {
    "NET-001": refused_then_accepted(raw(GOOD_HEAD + b"Content-Length: 200\r\n\r\n" + b"x" * 61)),
    "NET-002": cut_without_length,
    "NET-003": refused_then_accepted(
        raw(GOOD_HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(HEADER), HEADER))),
    "NET-004": login_page,
    "NET-005": refused_then_accepted(whole(b"500 oops", "500 Internal Server Error")),
    "NET-006": statuses,
    "NET-007": too_many_requests,
    "NET-008": lambda bench, row: [
        refused_then_accepted(redirect(url))(bench, {**row, "msg": url.split(":")[0]})
        for url in ("file:///etc/passwd", "gopher://127.0.0.1/x", "ftp://127.0.0.1/x")],
    "NET-009": redirected_to_private,
    "NET-010": rebound,
    "NET-011": endless,
    "NET-012": credentials,
    "NET-013": bomb,
    "NET-017": slow_body,
    "NET-018": refused_then_accepted(hang, more="timeout: { connect: 2s, total: 2s }"),
    "NET-019": vanished_peer,
    "NET-020": another_host_key,
    "NET-021": killed_download,
    "NET-022": killed_upload,
    "NET-023": taken_name,
    "NET-024": names,
    "NET-025": odd_names,
    "NET-026": not_regular,
    "NET-027": growing,
    "NET-028": new_content,
    "NET-029": two_names,
    "NET-030": many_files,
    "NET-031": vanished,
    "NET-032": certificates,
}
