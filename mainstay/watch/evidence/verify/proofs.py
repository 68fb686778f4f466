"""The sealed log: that each entry is in it, and that it began as an older head says (RFC 6962, RFC 9162)."""

from hashlib import sha256


def seals(manifest):
    """Each entry hashes up to the root."""
    root, size = bytes.fromhex(manifest["head"]["root"]), manifest["head"]["size"]
    for leaf in manifest["leaves"]:
        path = [bytes.fromhex(each) for each in leaf["path"]]
        if not is_included(leaf_hash(leaf["entry"].encode()), leaf["number"], size, path, root):
            yield f"the entry {leaf['subject']} is not in the sealed log, or was altered"
        if f"subject {leaf['subject']}\n" not in leaf["entry"]:
            yield f"the entry {leaf['subject']} speaks of something else"


def since(manifest, kept):
    """The log began as an older head says."""
    older = manifest.get("since")
    if kept:
        size, _, root = "".join(kept.split()).partition(":")
        if older is None or older["size"] != int(size):
            yield f"this bundle proves nothing from {size} entries on: ask for one made with --since {size}:{root}"
            return
        older = {**older, "root": root}
    if older is not None:
        path, new = [bytes.fromhex(each) for each in older["path"]], manifest["head"]
        old_root, root = bytes.fromhex(older["root"]), bytes.fromhex(new["root"])
        if not is_consistent(older["size"], old_root, new["size"], root, path):
            yield f"the log does not begin with the {older['size']} entries known before: the past was altered"


def leaf_hash(data):
    """RFC 6962, section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left, right):
    """RFC 6962, section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def is_included(leaf, index, size, path, root):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old_size, old_root, size, root, path):
    """RFC 9162, section 2.1.4.2."""
    if old_size == size:
        return not path and old_root == root
    if not 0 < old_size < size:
        return False
    path = path if old_size & (old_size - 1) else [old_root, *path]
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = found = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, found = node_hash(each, old_found), node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root
