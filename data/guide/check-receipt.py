#!/usr/bin/env python3
"""Checks countersign receipts with nothing but Python and ssh-keygen:  check-receipt.py FILE...
Each statement's signature, its path to the log's root, the log's signature on that root. Compare the two keys that are
printed with those that the department gave you: a receipt cannot say whose keys they are."""
import base64, hashlib, subprocess, sys, tempfile
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # the curve of RFC 8032
D = -121665 * pow(121666, -1, P) % P
sha, b64 = lambda data: hashlib.sha256(data).digest(), base64.b64decode
def need(holds, why): holds or sys.exit(f"BAD: {why}")
def add(a, b):
    e = D * a[0] * b[0] * a[1] * b[1]
    return (a[0]*b[1] + b[0]*a[1]) * pow(1 + e, -1, P) % P, (a[1]*b[1] + a[0]*b[0]) * pow(1 - e, -1, P) % P
def times(n, point):
    total = (0, 1)
    for bit in bin(n)[2:]:
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total
def point(data):
    y = int.from_bytes(data, "little") % 2**255
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    need(x * x % P == xx, "a key is no point of the curve")
    return (x if x % 2 == data[31] >> 7 else P - x), y
def log_signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little")
    return s < ORDER and times(s, point(b"\x58" + b"\x66" * 31)) == add(point(r), times(k, point(key)))
def check(receipt):
    length, rest = receipt.split(b"\n", 1)
    size = int(length.removeprefix(b"statement ").removesuffix(b" bytes"))
    statement, (armor, rest) = rest[:size], rest[size:].split(b"signer ", 1)
    signer, log, rest = rest.split(b"\n", 2)
    proof, checkpoint, signed = rest.split(b"\n\n")
    fields = dict(line.split(b" ", 1) for line in statement.split(b"\n") if b" " in line)
    with tempfile.NamedTemporaryFile() as signers, tempfile.NamedTemporaryFile() as sig:
        for file, data in ((signers, signer + b"\n"), (sig, armor)): file.write(data), file.flush()
        run = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", signers.name, "-I", fields[b"signer"].split()[0], "-n",
                              "countersign-statement", "-s", sig.name], input=statement, capture_output=True)
        need(run.returncode == 0, "ssh-keygen refuses the signature")
    parts = (sha(data) for data in (statement, b64(b"".join(armor.split(b"\n")[1:-2]))))
    leaf = b"countersign-entry/1 %s\n%s\n%s\n" % (fields[b"id"], *map(base64.b64encode, parts))
    origin, size, root = checkpoint.split(b"\n")
    at, last, node = int(proof.split(b"\n")[1].removeprefix(b"index ")), int(size) - 1, sha(b"\0" + leaf)
    for sibling in map(b64, proof.split(b"\n")[2:]):  # RFC 9162, 2.1.3.2
        left = at % 2 == 1 or at == last
        node = sha(b"\1" + (sibling + node if left else node + sibling))
        while left and at and at % 2 == 0: at, last = at // 2, last // 2
        at, last = at // 2, last // 2
    need(last == 0 and node == b64(root), "the path does not lead to the log's root")
    name, _, key = log.removeprefix(b"log ").split(b"+", 2)
    need(proof.startswith(b"c2sp.org/tlog-proof@v1\nindex "), "no proof of entry")
    need(name == origin == fields[b"log"] == signed.split()[1], "it speaks of two logs")
    need(log_signed(b64(key)[1:], checkpoint + b"\n", b64(signed.split()[2])[4:]), "the log did not sign its root")
    print("good:", *(fields[word].decode() for word in (b"kind", b"id", b"signed")), "by", signer.decode(), log.decode())
for path in sys.argv[1:]:
    found = open(path, "rb").read().split(b"countersign-receipt/1\n")
    need(found[0] == b"" and len(found) > 1, f"{path} is no receipt")
    for receipt in found[1:]: check(receipt)
