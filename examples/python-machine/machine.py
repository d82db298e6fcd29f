#!/usr/bin/env python3
"""A state machine of keys and values, as a worker of Ackproof (docs/PROTOCOL.md).

Its file "machine" only grows while it is open. Each change is one line at its end: a
checksum, and the change as JSON, with what was applied last. The checksum continues the
one of the line before, so that old bytes are never taken for the next line. A call
returns once its line is synced. Each open replaces the file by a new one, with all of
the state in one line. Snapshots are files of their own: compressed, with a checksum.

With --unsynced applies are not synced, though the claims still say that they are
durable: the bug for Ackproof to find.
"""
import base64, contextlib, hashlib, json, os, sys, zlib

SYNCS_APPLIES = "--unsynced" not in sys.argv[1:]
CLAIMS = dict.fromkeys(["apply_durable", "restore_durable", "reset_durable", "shutdown_durable", "close_releases"], True)
NOWHERE = {"index": 0, "term": 0}
SNAPSHOT = b"python-machine snapshot 1\n"  # with the version of the form
NONE, PUT, DELETE, SWAP = range(4)         # the kinds of commands


class Refused(Exception):
    """A call that the machine refuses; kind is one of the protocol's words for why."""
    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


# Bytes are base64 in requests, in answers, and in the machine's own files.

def to_text(data):
    return None if data is None else base64.b64encode(data).decode()


def to_bytes(text):
    return None if text is None else base64.b64decode(text, validate=True)


def to_texts(pairs):
    return [[to_text(key), to_text(value)] for key, value in pairs.items()]


# Commands are what the payloads of entries are.

def parse_command(payload):
    """Returns the kind, key, new value and expected value of a command, None for no value."""
    kind, rest, key, value, expected = NONE, b"", None, None, None
    if payload:
        kind, rest = payload[0], payload[1:]
        if kind not in (PUT, DELETE, SWAP):
            raise Refused("invalid", f"got a command of kind {kind}, want 1 to 3")
        key, rest = cut_field(rest)
    if kind in (PUT, SWAP):
        value, rest = cut_field(rest)
    if kind == SWAP:
        is_expected, rest = rest[:1], rest[1:]
        if is_expected == b"\1":
            expected, rest = cut_field(rest)
        elif is_expected != b"\0":
            raise Refused("invalid", f"got {is_expected}, want 0 or 1 before the expected value")
    if rest:
        raise Refused("invalid", f"got {len(rest)} bytes after the command, want none")
    return kind, key, value, expected


def cut_field(data):
    """Returns the field that data begins with, and what follows it."""
    end = 4 + int.from_bytes(data[:4], "big")
    if len(data) < end:
        raise Refused("invalid", f"got {len(data)} bytes for a field, want {end}")
    return data[4:end], data[end:]


# Files.

def write_all(file, data):
    if file.write(data) != len(data):
        raise OSError("short write")


def sync_directory(path):
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def make_directory(path):
    """Makes a directory, and those above it, where they are missing."""
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        make_directory(parent)
    with contextlib.suppress(FileExistsError):
        os.mkdir(path)
    # Even if it was there: a process may have been killed before it came here.
    sync_directory(parent)


def put_file(path, data):
    """Replaces the file at path, if any, by a new one, and returns that, open to append.
    A crash leaves the one or the other, whole."""
    new = path + ".new"
    # A crash may have left it, even as a second name of the file at path. So it is
    # removed, and never written to.
    with contextlib.suppress(FileNotFoundError):
        os.remove(new)
    file = open(new, "xb", buffering=0)
    try:
        write_all(file, data)
        os.fsync(file.fileno())  # first, or a crash leaves the name of half a file
        os.rename(new, path)
        sync_directory(os.path.dirname(path))
    except OSError:
        file.close()
        with contextlib.suppress(OSError):
            os.remove(new)  # it may be large, and the disk full
        raise
    return file


def read_snapshot(path, metadata):
    """Returns what a snapshot holds, if it is the one that metadata names."""
    with open(path, "rb") as file:
        data = file.read()
    checksum = hashlib.sha256(data).hexdigest()
    if checksum != metadata["checksum"]:
        raise Refused("corrupt", f"got a file with checksum {checksum}, want {metadata['checksum']}")
    # The metadata may be no better than the file, so that has a checksum inside, too.
    head, inside, body = data[:len(SNAPSHOT)], data[len(SNAPSHOT):][:32], data[len(SNAPSHOT) + 32:]
    if head != SNAPSHOT:
        raise Refused("corrupt", f"got a file that begins with {head}, want {SNAPSHOT}")
    if inside != hashlib.sha256(body).digest():
        raise Refused("corrupt", "the snapshot is cut or damaged")
    snapshot = json.loads(zlib.decompress(body))
    if snapshot["last_included"] != metadata["last_included"]:
        raise Refused("corrupt", f"got a snapshot at {snapshot['last_included']}, want {metadata['last_included']}")
    return snapshot


class Machine:
    # Operations that only a machine that was started takes; those that fail once a write
    # has failed; and those that never fail. Each is the method of its name.
    SERVING = {"apply_chunk", "get", "get_multi", "scan_prefix", "reset",
               "generate_snapshot_data", "apply_snapshot_from_file"}
    KEEPING = {"start", "stop", "persist_last_applied", "persist_snapshot_metadata", "save_hard_state", "flush"}
    ASKING = {"is_running", "entry_term", "len", "last_applied", "update_last_applied",
              "snapshot_metadata", "update_snapshot_metadata"}

    def __init__(self, directory, read_only):
        self.pairs = {}          # values by keys, in bytes
        self.applied = NOWHERE   # the position of the entry that was applied last
        self.metadata = None     # of the last snapshot
        self.stored = None       # these two as the file has them: they may have moved on
        self.checksum = 0        # of the last line
        self.running = False
        self.broken = False
        self.unsynced = False    # the file has lines that were not synced
        self.file = None
        path = os.path.join(directory, "machine")
        try:
            self.replay(path)
        except FileNotFoundError:
            if read_only:
                raise
        if not read_only:
            # What was read may be in memory only: a process before may have been killed,
            # or have seen its sync fail, after which another sync of that file would
            # succeed and prove nothing. So what is shown is written and synced anew.
            self.checksum = 0
            line = self.line(self.pairs, self.applied, self.metadata, replace=True)
            self.file = put_file(path, line)
            self.take(line)

    def close(self):
        try:
            self.check()
            self.settle()
        finally:
            if self.file:
                self.file.close()

    # The file of changes.

    def replay(self, path):
        """Takes the lines of the file, up to the last whole one: what follows it was never
        acknowledged."""
        with open(path, "rb") as file:
            lines = file.read().splitlines(keepends=True)
        for number, line in enumerate(lines or [b""]):
            if line != self.checked(line[9:-1]):
                if number == 0:
                    raise Refused("corrupt", "the first line is damaged, which was synced before the file had its name")
                break
            self.take(line)

    def checked(self, change):
        """Returns the line for a change in JSON that follows the last one."""
        return b"%08x %s\n" % (zlib.crc32(change, self.checksum), change)

    def line(self, pairs, applied, metadata, replace):
        return self.checked(json.dumps({"replace": replace, "pairs": to_texts(pairs), "applied": applied,
                                        "metadata": metadata}).encode())

    def take(self, line):
        """Shows the change of a line."""
        self.checksum = int(line[:8], 16)
        change = json.loads(line[9:])
        if change["replace"]:
            self.pairs = {}
        for key, value in change["pairs"]:
            if value is None:
                self.pairs.pop(to_bytes(key), None)
            else:
                self.pairs[to_bytes(key)] = to_bytes(value)
        self.applied, self.metadata = change["applied"], change["metadata"]
        self.stored = self.applied, self.metadata

    def change(self, pairs, applied, metadata, replace=False, synced=True):
        """Makes a change durable, and then shows it. A value None deletes its key."""
        if self.file is None:
            raise Refused("invalid", "the machine was opened read-only")
        line = self.line(pairs, applied, metadata, replace)
        with self.writing():
            write_all(self.file, line)
            self.unsynced = True
            if synced:
                self.sync()
        self.take(line)

    def sync(self):
        if self.unsynced:
            os.fsync(self.file.fileno())
            self.unsynced = False

    def moved(self):
        """Reports whether something moved on in memory."""
        return (self.applied, self.metadata) != self.stored

    def settle(self):
        """Makes durable all that was done."""
        if self.moved():
            self.change({}, self.applied, self.metadata)
        with self.writing():
            self.sync()

    @contextlib.contextmanager
    def writing(self):
        """Surrounds what writes. Unless all of it succeeds the machine is broken, as nobody
        knows what is stored: a failed sync must not be tried again."""
        self.broken = True
        yield
        self.broken = False

    def check(self):
        if self.broken:
            raise OSError("an earlier write or sync failed")

    # Operations.

    def answer(self, op, request):
        """Carries out one request and returns the fields of its answer."""
        if op not in self.SERVING | self.KEEPING | self.ASKING:
            raise Refused("unknown-op", f"unknown op {op}")
        if op not in self.ASKING:
            self.check()
        if op in self.SERVING and not self.running:
            raise Refused("stopped", "the machine is not started")
        return getattr(self, op)(request) or {}

    def start(self, request):
        self.running = True

    def stop(self, request):
        self.settle()
        self.running = False

    def is_running(self, request):
        return {"running": self.running}

    def apply_chunk(self, request):
        entries = request["entries"]
        commands = self.commands(entries)
        changed, applied, results = {}, self.applied, []
        for entry, (kind, key, value, expected) in zip(entries, commands):
            repeated = entry["index"] <= self.applied["index"]
            succeeded = not repeated
            if not repeated:
                applied = {"index": entry["index"], "term": entry["term"]}
                found = changed[key] if key in changed else self.pairs.get(key)
                if kind == SWAP and found != expected:
                    succeeded = False
                elif kind != NONE:
                    changed[key] = value
            results.append({"index": entry["index"], "succeeded": succeeded, "repeated": repeated})
        # Even if all were repeated: what moved on in memory is acknowledged with them.
        if applied != self.applied or self.moved():
            self.change(changed, applied, self.metadata, synced=SYNCS_APPLIES)
        return {"results": results}

    def commands(self, entries):
        """Returns the commands of entries that can be applied now."""
        for want, entry in enumerate(entries, entries[0]["index"] if entries else 0):
            if entry["index"] != want or want == 0:
                raise Refused("invalid", f"got index {entry['index']}, want {max(want, 1)}")
        commands = [parse_command(to_bytes(entry["payload"])) for entry in entries]
        if entries and entries[0]["index"] > self.applied["index"] + 1:
            raise Refused("gap", f"got index {entries[0]['index']}, want at most {self.applied['index'] + 1}")
        return commands

    def get(self, request):
        return {"value": to_text(self.pairs.get(to_bytes(request["key"])))}

    def get_multi(self, request):
        values = [to_text(self.pairs.get(to_bytes(key))) for key in request["keys"]]
        return {"values": values, "applied": self.applied["index"]}

    def scan_prefix(self, request):
        prefix = to_bytes(request["prefix"])
        found = [{"key": to_text(key), "value": to_text(value)}
                 for key, value in sorted(self.pairs.items()) if key.startswith(prefix)]
        return {"pairs": found, "revision": self.applied["index"]}

    def entry_term(self, request):
        if request["index"] == self.applied["index"] > 0:
            return {"term": self.applied["term"]}

    def len(self, request):
        return {"len": len(self.pairs)}

    def last_applied(self, request):
        return {"last_applied": self.applied}

    def update_last_applied(self, request):
        if request["index"] > self.applied["index"]:
            self.applied = {"index": request["index"], "term": request["term"]}

    def persist_last_applied(self, request):
        self.update_last_applied(request)
        self.settle()

    def snapshot_metadata(self, request):
        return {"metadata": self.metadata}

    def update_snapshot_metadata(self, request):
        self.metadata = request["metadata"]

    def persist_snapshot_metadata(self, request):
        self.metadata = request["metadata"]
        self.settle()

    def save_hard_state(self, request):
        self.settle()

    def flush(self, request):
        self.settle()

    def reset(self, request):
        self.change({}, NOWHERE, None, replace=True)

    def generate_snapshot_data(self, request):
        if request["last_included"] != self.applied:
            raise Refused("invalid", f"got position {request['last_included']}, want the last applied, {self.applied}")
        body = zlib.compress(json.dumps({"last_included": self.applied, "pairs": to_texts(self.pairs)}).encode())
        data = SNAPSHOT + hashlib.sha256(body).digest() + body
        with self.writing():
            make_directory(os.path.dirname(request["path"]))
            put_file(request["path"], data).close()
        return {"checksum": hashlib.sha256(data).hexdigest()}

    def apply_snapshot_from_file(self, request):
        metadata = request["metadata"]
        snapshot = read_snapshot(request["path"], metadata)
        last = metadata["last_included"]
        if last["index"] < self.applied["index"]:
            raise Refused("stale", f"got a snapshot at index {last['index']}, want {self.applied['index']} at least")
        pairs = {to_bytes(key): to_bytes(value) for key, value in snapshot["pairs"]}
        self.change(pairs, last, metadata, replace=True)


def main():
    machine = None
    print(json.dumps({"ackproof": 1, "engine": "python-machine", "subject": "state-machine", "read_only": True}), flush=True)
    for text in sys.stdin:
        request = json.loads(text)
        op, answer = request["op"], {"id": request["id"]}
        try:
            if op == "open":
                machine = None  # whatever was open is abandoned, as in a crash
                machine = Machine(request["dir"], request["read_only"])
                answer.update(claims=CLAIMS)
            elif machine is None:
                raise Refused("closed", "no machine is open")
            elif op == "close":
                closing, machine = machine, None
                closing.close()
            else:
                answer.update(machine.answer(op, request))
        except Refused as refused:
            answer.update(error=str(refused), kind=refused.kind)
        except FileNotFoundError as error:
            answer.update(error=str(error), kind="not-exist")
        except OSError as error:
            answer.update(error=str(error))
        print(json.dumps(answer), flush=True)


main()
