"""Partners' servers on loopback: a web server that misbehaves to the byte, OpenSSH's own sshd, and a network of our own."""

import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

from bench import Failure, Skipped, need

SSHD, KEYGEN, OPENSSL = "/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/bin/openssl"


def listener(address="127.0.0.1", port=0):
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((address, port))
    door.listen(64)
    return door


class Request:
    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target = lines[0].split(" ")[:2]
        self.path, _, self.query = self.target.partition("?")
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}


class WebServer:
    """Each path answers with its replies in turn, the last one for ever. A reply is a function of the connection."""

    def __init__(self, door=None, tls=None):
        self.door, self.tls = door or listener(), tls
        self.port = self.door.getsockname()[1]
        self.pages, self.requests = {}, []
        self.stopped = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.door.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def serve(self, path, *replies):
        self.pages[path] = list(replies)
        return self

    def accept(self):
        while not self.stopped.is_set():
            try:
                connection = self.door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = connection.recv(1)
                if not byte:
                    return
                head += byte
            request = Request(head[:-4])
            self.requests.append(request)
            replies = self.pages.get(request.path) or [whole(b"not here", "404 Not Found")]
            reply = replies[0]
            if len(replies) > 1:
                replies.pop(0)
            reply(connection, self)
        except OSError:
            pass  # the client hung up, as some of these rows want it to
        finally:
            connection.close()


def whole(body, status="200 OK", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{lines}\r\n".encode()
    return lambda connection, server: connection.sendall(head + body)


def raw(text):
    return lambda connection, server: connection.sendall(text)


def redirect(url):
    return whole(b"", "302 Found", Location=url)


def hang(connection, server):
    server.stopped.wait(60)


def slow(body, pause):
    def reply(connection, server):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        for n in range(len(body)):
            if server.stopped.wait(pause):
                return
            connection.sendall(body[n:n + 1])
    return reply


# MARK: sshd

class SSHServer:
    """sshd with a folder as its users' home; keys are made for it."""

    def __init__(self, folder):
        for program in (SSHD, KEYGEN):
            if not os.access(program, os.X_OK):
                raise Skipped(f"{program} is not installed")
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "root"
        self.root.mkdir(parents=True)
        self.user = pwd.getpwuid(os.getuid()).pw_name
        for name in ("first", "second", "client"):
            subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)], check=True)
        shutil.copy(self.folder / "client.pub", self.folder / "authorized")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        with listener() as door:
            self.port = door.getsockname()[1]
        self.process = None
        self.start("first")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def fingerprint(self, key="first"):
        output = subprocess.run(
            [KEYGEN, "-l", "-E", "sha256", "-f", str(self.folder / f"{key}.pub")], check=True, capture_output=True)
        return output.stdout.decode().split()[1]

    @property
    def connection(self):
        return (
            f'{{ type: sftp, host: 127.0.0.1, port: {self.port}, user: {self.user}, allow_private: true, test: true, '
            f'private_key: {{ file: {self.folder}/client }}, host_keys: [ "{self.fingerprint()}" ] }}')

    @property
    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def start(self, key):
        self.stop()
        (self.folder / "sshd_config").write_text("\n".join([
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.folder}/{key}",
            f"AuthorizedKeysFile {self.folder}/authorized", "PidFile none", "StrictModes no", "UsePAM no",
            "PermitRootLogin yes", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "LogLevel DEBUG1",
            "Subsystem sftp internal-sftp", f"ForceCommand internal-sftp -d {self.root}", ""]))
        with open(self.folder / "log", "ab") as log:
            before = log.tell()
            self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(self.folder / "sshd_config")], stderr=log)
        for _ in range(400):
            if "Server listening on 127.0.0.1" in self.log[before:]:
                return
            time.sleep(0.025)
        raise Failure("sshd does not listen: " + self.log[-300:])

    def stop(self):
        if self.process:
            self.kill_sessions()
            self.process.kill()
            self.process.wait()
            self.process = None

    def kill_sessions(self):
        """Ends the sessions and leaves the server listening: the line goes dead in mid-transfer."""
        for process in reversed(descendants(self.process.pid)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass


def descendants(process):
    children = pathlib.Path(f"/proc/{process}/task/{process}/children")
    found = []
    for child in children.read_text().split() if children.exists() else []:
        found += [int(child), *descendants(int(child))]
    return found


# MARK: Certificates

def certificate(folder):
    """An authority of our own and a server's certificate by it, for localhost: (authority, certificate, key)."""
    if not os.access(OPENSSL, os.X_OK):
        raise Skipped(f"{OPENSSL} is not installed")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (folder / "ext").write_text("basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n")
    for arguments in (
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Nobody"],
        ["req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"],
        ["x509", "-req", "-in", "server.csr", "-out", "server.pem", "-extfile", "ext", "-CA", "ca.pem", "-CAkey",
         "ca.key", "-CAcreateserial", "-days", "2"],
    ):
        subprocess.run([OPENSSL, *arguments], cwd=folder, check=True, capture_output=True)
    return folder / "ca.pem", folder / "server.pem", folder / "server.key"


# MARK: A network of our own

class Island:
    """A network of its own, where any address is ours, names mean what we say, and the link can go down."""

    def __init__(self, *addresses):
        if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
            raise Skipped("a network of its own needs root, unshare and ip")
        self.keeper = subprocess.Popen(["unshare", "--net", "--mount", "sleep", "600"], stderr=subprocess.DEVNULL)
        own = os.readlink("/proc/self/ns/net")
        for _ in range(200):
            time.sleep(0.01)
            if self.keeper.poll() is not None:
                raise Skipped("this machine does not let us make a network")
            if os.readlink(f"/proc/{self.keeper.pid}/ns/net") != own:
                break
        self.prefix = ("nsenter", f"--target={self.keeper.pid}", "--net", "--mount")
        self.inside("ip", "link", "set", "lo", "up")
        for address in addresses:
            self.inside("ip", "address", "add", f"{address}/32", "dev", "lo")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.keeper.kill()
        self.keeper.wait()

    def inside(self, *command):
        subprocess.run([*self.prefix, *command], check=True, capture_output=True)

    def make(self, create):
        """What `create` opens belongs to the network: a thread goes there and does it."""
        made = []

        def work():
            try:
                with open(f"/proc/{self.keeper.pid}/ns/net") as net:
                    need(ctypes.CDLL(None, use_errno=True).setns(net.fileno(), 0x40000000) == 0, "setns failed")
                made.append(create())
            except (OSError, Failure) as error:
                made.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if isinstance(made[0], Exception):
            raise made[0]
        return made[0]

    def listener(self, address, port=80):
        return self.make(lambda: listener(address, port))

    def names(self, folder, answers):
        """A name service that knows every name: each question for an address gets the next answer, the last for ever."""
        door = self.make(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        door.bind(("127.0.0.1", 53))
        file = folder / "resolv.conf"
        file.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self.inside("mount", "--bind", str(file), "/etc/resolv.conf")
        answers = list(answers)

        def work():
            while True:
                try:
                    question, sender = door.recvfrom(4096)
                except OSError:
                    return
                end = question.index(b"\0", 12) + 5
                is_address = struct.unpack(">H", question[end - 4:end - 2])[0] == 1
                record = b""
                if is_address:
                    address = answers.pop(0) if len(answers) > 1 else answers[0]
                    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(address)
                head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(record) > 0, 0, 0)
                door.sendto(head + question[12:end] + record, sender)

        threading.Thread(target=work, daemon=True).start()
        return door
