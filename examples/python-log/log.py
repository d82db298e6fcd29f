#!/usr/bin/env python3
"""A Raft log store in one append-only file, as a worker of Ackproof.

Every change is a record at the end of the file: its length, a checksum, and the
change as JSON. The checksum goes on from that of the record before, so that bytes
that were once written elsewhere are never taken for the next record. A call
returns when its record is synced; with --unsafe it does not wait, which is the
bug for Ackproof to find.
"""
import json, os, struct, sys, zlib

SAFE = "--unsafe" not in sys.argv[1:]
HEADER = struct.Struct("<II")


class Refused(Exception):
    """An error of one of the protocol's kinds."""
    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class Log:
    def __init__(self, directory, read_only):
        path = os.path.join(directory, "log")
        self.entries, self.hard_state, self.boundary, self.sum = {}, None, None, 0
        new = not os.path.exists(path)
        self.file = os.open(path, os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT, 0o644)
        end = self.replay(os.read(self.file, os.fstat(self.file).st_size))
        if read_only:
            return
        # What follows the last whole record never returned to anybody.
        os.ftruncate(self.file, end)
        os.lseek(self.file, end, os.SEEK_SET)
        self.sync(self.file)
        if new:  # a file whose name is not durable is no file
            parent = os.open(directory, os.O_RDONLY)
            self.sync(parent)
            os.close(parent)

    def sync(self, fd):
        if SAFE:
            os.fsync(fd)

    def replay(self, data):
        """Applies the records and returns where the last whole one ends."""
        at = 0
        while at + HEADER.size <= len(data):
            size, checksum = HEADER.unpack_from(data, at)
            record = data[at + HEADER.size:at + HEADER.size + size]
            if size == 0 or len(record) < size or zlib.crc32(record, self.sum) != checksum:
                break
            self.apply(json.loads(record))
            self.sum, at = checksum, at + HEADER.size + size
        return at

    def change(self, **change):
        record = json.dumps(change).encode()
        self.sum = zlib.crc32(record, self.sum)
        os.write(self.file, HEADER.pack(len(record), self.sum) + record)
        self.sync(self.file)
        self.apply(change)

    def apply(self, change):
        if change.get("reset"):
            self.entries, self.boundary = {}, None
        if "from" in change:
            self.entries = {i: e for i, e in self.entries.items() if i < change["from"]}
        if "boundary" in change:
            self.boundary = change["boundary"]
            self.entries = {i: e for i, e in self.entries.items() if i > self.boundary["index"]}
        for entry in change.get("entries", ()):
            self.entries[entry["index"]] = entry
        self.hard_state = change.get("hard_state", self.hard_state)

    def purged(self):
        return self.boundary["index"] if self.boundary else 0

    def last_index(self):
        return max(self.entries, default=self.purged())

    def check_place(self, first):
        if first == 0:
            raise Refused("invalid", "index 0 is before the first entry")
        if first <= self.purged():
            raise Refused("compacted", f"index {first} was purged, the boundary is {self.purged()}")
        if first > self.last_index() + 1:
            raise Refused("gap", f"index {first} would leave a gap after {self.last_index()}")

    def write(self, first, entries):
        for offset, entry in enumerate(entries):
            if entry["index"] != first + offset:
                raise Refused("invalid", f"got index {entry['index']}, want {first + offset}")
        self.check_place(first)
        self.change(**{"from": first, "entries": entries})

    def handle(self, op, r):
        """Answers one request."""
        if op == "persist_entries":
            if r.get("entries"):
                self.write(r["entries"][0]["index"], r["entries"])
        elif op == "replace_range":
            self.write(r["from"], r.get("entries") or [])
        elif op == "truncate":
            if r["from"] <= self.last_index():
                self.check_place(r["from"])
                self.change(**{"from": r["from"]})
        elif op == "purge":
            if r["index"] > self.purged():
                self.change(boundary={"index": r["index"], "term": r["term"]})
        elif op == "reset":
            self.change(reset=True)
        elif op == "save_hard_state":
            self.change(hard_state={"term": r["term"], "vote": r["vote"]})
        elif op == "entry":
            return {"entry": self.entries[r["index"]]} if r["index"] in self.entries else {}
        elif op == "get_entries":
            wanted = range(max(r["first"], self.purged() + 1), min(r["last"], self.last_index()) + 1)
            return {"entries": [self.entries[i] for i in wanted]}
        elif op == "last_index":
            return {"last_index": self.last_index()}
        elif op == "load_hard_state":
            return {"hard_state": self.hard_state} if self.hard_state else {}
        elif op == "load_purge_boundary":
            return {"boundary": self.boundary} if self.boundary else {}
        elif op == "close":
            os.close(self.file)
        elif op not in ("flush", "flush_meta"):  # nothing waits for a flush
            raise Refused("unknown-op", f"unknown op {op!r}")
        return {}


CLAIMS = dict.fromkeys(("write_durable", "atomic_batch", "atomic_replace", "mutations_durable",
                        "hard_state_durable", "ordered_hard_state"), True)


def main():
    log = None
    print(json.dumps({"ackproof": 1, "engine": "python-log" if SAFE else "python-log-unsafe", "read_only": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"id": request["id"]}
        try:
            if request["op"] == "open":
                log = Log(request["dir"], request.get("read_only", False))
                answer.update(claims=CLAIMS, abilities=["replace_range", "purge_boundary"])
            else:
                answer.update(log.handle(request["op"], request))
        except (Refused, OSError) as error:
            answer.update(error=str(error), kind=getattr(error, "kind", ""))
        print(json.dumps(answer), flush=True)


main()
