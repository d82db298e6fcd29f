#!/usr/bin/env python3
"""A Raft log store in one file, as a worker of Ackproof (docs/PROTOCOL.md).

The file only grows, until an open puts a new one instead. Each change of the log is one line at its end: a checksum, and
the change as JSON. The checksum continues the one of the line before, so that old
bytes are never taken for the next line. A call returns once its line
is synced. With --format=2 it is the next version of itself, which says so at the beginning
of each line, and reads lines of both. Two bugs are for Ackproof to find: with --unsafe
nothing is ever synced, and with --ignores-failed-sync a sync that fails is taken for one
that went well.
"""
import contextlib, json, os, sys, zlib

SAFE = "--unsafe" not in sys.argv[1:]
IGNORED = OSError if "--ignores-failed-sync" in sys.argv[1:] else ()
MARKS = [b"2", b""] if "--format=2" in sys.argv[1:] else [b""]  # of the formats that it reads; it writes the first
CLAIMS = dict.fromkeys(["write_durable", "atomic_batch", "atomic_replace", "mutations_durable",
                        "hard_state_durable", "ordered_hard_state", "close_releases"], True)


class Refused(Exception):
    """A call that the store refuses; kind is one of the protocol's words for why."""
    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


def sync(fd):
    if SAFE:
        with contextlib.suppress(IGNORED):
            os.fsync(fd)


def put_file(directory, name, data):
    """Puts a new file instead of the one of that name, and returns it, open to append. What is
    shown must be durable first, and what a process left that was killed, or whose sync
    failed, may be in memory only: to sync the same file once more proves nothing."""
    path = os.path.join(directory, name)
    with contextlib.suppress(FileNotFoundError):
        os.remove(path + ".new")  # a crash may have left it as a second name of the file
    file = open(path + ".new", "xb", buffering=0)
    if file.write(data) != len(data):
        raise OSError("short write")
    sync(file.fileno())
    os.rename(path + ".new", path)
    parent = os.open(directory, os.O_RDONLY)
    sync(parent)
    os.close(parent)
    return file


class Log:
    def __init__(self, directory, read_only):
        self.entries = []      # those after the boundary, without holes
        self.boundary = None   # the last position that was purged
        self.hard_state = None
        self.checksum = 0      # of the last line
        self.broken = False
        data = b""
        with contextlib.suppress(FileNotFoundError), open(os.path.join(directory, "log"), "rb") as file:
            data = file.read()
        end = self.replay(data)
        # What follows the last whole line was never acknowledged.
        self.file = None if read_only else put_file(directory, "log", data[:end])

    def close(self):
        if self.file:
            self.file.close()

    def replay(self, data):
        """Applies the lines and returns where the last whole one ends."""
        end = 0
        for line in data.splitlines(keepends=True):
            change = line[line.find(b" ") + 1:-1]
            if line not in (self.line(change, mark) for mark in MARKS):
                break
            self.checksum = zlib.crc32(change, self.checksum)
            self.apply(json.loads(change))
            end += len(line)
        return end

    def line(self, change, mark):
        """Returns the line for a change in JSON that follows the last one."""
        return b"%s%08x %s\n" % (mark, zlib.crc32(change, self.checksum), change)

    def change(self, **change):
        """Makes a change durable and then applies it."""
        if self.broken:
            raise OSError("an earlier write or sync failed")
        text = json.dumps(change).encode()
        line = self.line(text, MARKS[0])
        self.broken = True  # unless all of this succeeds: a failed sync must not be tried again
        if self.file.write(line) != len(line):
            raise OSError("short write")
        sync(self.file.fileno())
        self.broken = False
        self.checksum = zlib.crc32(text, self.checksum)
        self.apply(change)

    def apply(self, change):
        if "reset" in change:
            self.entries, self.boundary = [], None
        if "from" in change:
            self.entries = self.entries[:change["from"] - self.purged() - 1] + change["entries"]
        if "boundary" in change:
            self.entries = self.entries[change["boundary"]["index"] - self.purged():]
            self.boundary = change["boundary"]
        if "hard_state" in change:
            self.hard_state = change["hard_state"]

    def purged(self):
        return self.boundary["index"] if self.boundary else 0

    def last_index(self):
        return self.purged() + len(self.entries)

    def between(self, first, last):
        before = self.purged() + 1
        return self.entries[max(first - before, 0):max(last - before + 1, 0)]

    def replace(self, first, entries):
        """Discards the log from first on, then appends the entries, if any."""
        for want, entry in enumerate(entries, first):
            if entry["index"] != want or want == 0:
                raise Refused("invalid", f"got index {entry['index']}, want {max(want, 1)}")
        first = max(first, 1)
        if first <= self.purged():
            raise Refused("compacted", f"got index {first}, want more than {self.purged()}, which was purged")
        if entries and first > self.last_index() + 1:
            raise Refused("gap", f"got index {first}, want at most {self.last_index() + 1}")
        if entries or first <= self.last_index():
            self.change(**{"from": first, "entries": entries})

    def answer(self, op, request):
        """Carries out one request and returns the fields of its answer."""
        if op == "persist_entries":
            if request["entries"]:
                self.replace(request["entries"][0]["index"], request["entries"])
        elif op == "replace_range":
            self.replace(request["from"], request["entries"])
        elif op == "truncate":
            self.replace(request["from"], [])
        elif op == "purge":
            if request["index"] > self.purged():
                self.change(boundary={"index": request["index"], "term": request["term"]})
        elif op == "reset":
            self.change(reset=True)
        elif op == "save_hard_state":
            self.change(hard_state={"term": request["term"], "vote": request["vote"]})
        elif op == "entry":
            found = self.between(request["index"], request["index"])
            return {"entry": found[0]} if found else {}
        elif op == "get_entries":
            return {"entries": self.between(request["first"], request["last"])}
        elif op == "last_index":
            return {"last_index": self.last_index()}
        elif op == "load_hard_state":
            return {"hard_state": self.hard_state} if self.hard_state else {}
        elif op == "load_purge_boundary":
            return {"boundary": self.boundary} if self.boundary else {}
        elif op not in ("flush", "flush_meta"):  # everything was synced when it returned
            raise Refused("unknown-op", f"unknown op {op}")
        return {}


def main():
    log = None
    print(json.dumps({"ackproof": 1, "engine": "python-log", "read_only": True}), flush=True)
    for text in sys.stdin:
        request = json.loads(text)
        op, answer = request["op"], {"id": request["id"]}
        try:
            if op == "open":
                log = None  # whatever was open is abandoned, as in a crash
                log = Log(request["dir"], request["read_only"])
                answer.update(claims=CLAIMS, abilities=["replace_range", "purge_boundary"])
            elif log is None:
                raise Refused("closed", "no log is open")
            elif op == "close":
                log.close()
                log = None
            else:
                answer.update(log.answer(op, request))
        except Refused as refused:
            answer.update(error=str(refused), kind=refused.kind)
        except OSError as error:
            answer.update(error=str(error))
        print(json.dumps(answer), flush=True)


main()
