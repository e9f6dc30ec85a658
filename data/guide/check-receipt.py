#!/usr/bin/env python3
"""Checks countersign receipts with nothing but Python and ssh-keygen:  check-receipt.py FILE...
Each statement's signature, its path to the log's root, the log's signature on that root. Compare the two keys that are
printed with those that the department gave you: a receipt cannot say whose keys they are."""
import base64, hashlib, pathlib, re, subprocess, sys, tempfile
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # the curve of RFC 8032
D = -121665 * pow(121666, -1, P) % P
HIDDEN = ("[\0-\t\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff"
          "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]")
SHAPE = re.compile(rb"""-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----
signer ([0-9a-z]{1,32}) namespaces="countersign-(statement|batch)" ((?:sk-)?ssh-ed25519(?:@openssh.com)? AAAA[A-Za-z0-9+/=]+)
log (([a-z0-9./_-]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]{44}))
c2sp.org/tlog-proof@v1\nindex ([0-9]{1,19})\n((?:[A-Za-z0-9+/]{43}=\n)*)
(([a-z0-9./_-]+)\n([0-9]{1,19})\n([A-Za-z0-9+/]{43}=)\n)\n\xe2\x80\x94 (\S+) ([A-Za-z0-9+/=]+)\n""")
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
    need(x * x % P == xx, "a key is not a point of the curve")
    return (x if x % 2 == data[31] >> 7 else P - x), y
def log_signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little")
    return s < ORDER and times(s, point(b"\x58" + b"\x66" * 31)) == add(point(r), times(k, point(key)))
def check(receipt):
    length = re.match(rb"statement ([0-9]{1,5}) bytes\n", receipt) or sys.exit("BAD: the statement has no length")
    statement, rest = receipt[length.end():][:int(length[1])], receipt[length.end() + int(length[1]):]
    batched = re.match(rb"batch ([0-9]{1,5}) bytes\n", rest)  # a security key signs several statements with one touch
    batch, rest = (rest[batched.end():][:int(batched[1])], rest[batched.end() + int(batched[1]):]) if batched else (statement, rest)
    shape = SHAPE.fullmatch(rest) or sys.exit("BAD: a line below the statement is not as countersign writes it")
    armor, who, what, signer, log, name, key, at, proof, signed, origin, size, root, by, signature = shape.groups()
    fields = dict(line.split(b" ", 1) for line in reversed(statement.split(b"\n")) if b" " in line)
    said = [fields[word] for word in (b"kind", b"id", b"signed")]
    need(all(re.fullmatch(rb"[0-9A-Za-z:-]+", word) for word in said), "its kind, id or time is not as countersign writes it")
    need(fields[b"signer"].split()[0] == who, "the signer's line names another person than the statement")
    with tempfile.TemporaryDirectory() as folder:  # on Windows, no other program can read a file that is still open
        signers, sig = (pathlib.Path(folder, file) for file in ("signers", "sig"))
        signers.write_bytes(who + b" " + signer + b"\n"), sig.write_bytes(rest[:shape.end(1)] + b"\n-----END SSH SIGNATURE-----\n")
        run = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", signers, "-I", who.decode(), "-n", "countersign-" + what.decode(), "-s", sig],
                             input=batch, capture_output=True)
        need(run.returncode == 0, "ssh-keygen refuses the signature")
    bound = sha(b64(armor))
    if batched:
        bound = sha(sha(batch) + bound)
        need(batch.startswith(b"countersign-batch/1\nlog %s\nsigner %s\nkey " % (fields[b"log"], who)), "its batch is of another log or person")
        need(b"statement %s" % sha(statement).hex().encode() in batch.split(b"\n"), "its batch does not name it")
        need(b64(armor)[-5] & 1, "nobody touched the security key")  # ssh-keygen does not look at this flag
    need(what == (b"batch" if batched else b"statement"), "it is signed for another purpose")
    node = sha(b"\0countersign-entry/1 %s\n%s\n%s\n" % (fields[b"id"], *map(base64.b64encode, (sha(statement), bound))))
    at, last = int(at), int(size) - 1
    for sibling in map(b64, proof.split()):  # RFC 9162, 2.1.3.2
        left = at % 2 == 1 or at == last
        node = sha(b"\1" + (sibling + node if left else node + sibling))
        while left and at and at % 2 == 0: at, last = at // 2, last // 2
        at, last = at // 2, last // 2
    need(last == 0 and node == b64(root), "the path does not lead to the log's root")
    need(name == origin == fields[b"log"] == by, "it speaks of two logs")
    need(log_signed(b64(key)[1:], signed, b64(signature)[4:]), "the log did not sign its root")
    print("good:", *(word.decode() for word in said), "by", who.decode(), signer.decode(), "log", log.decode())
ENCODINGS = {b"\xff\xfe": "utf-16-le", b"c\0": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\0c": "utf-16-be"}
def read(path):  # what Windows does to a text is undone: the signature decides
    data = open(path, "rb").read()
    text = data.decode(ENCODINGS.get(data[:2], "utf-8"))
    return re.sub(r"(?m)^\ufeff+", "", re.sub(r"\r+\n", "\n", text))
for path in sys.argv[1:]:
    try:
        found = re.split(r"(?m)^countersign-receipt/1\n", read(path))
        need(found[0] == "" and len(found) > 1, f"{path!a} is not a receipt")
        for receipt in found[1:]:
            need(not re.search(HIDDEN, receipt), "it contains a character that cannot be shown")
            check(receipt.encode())
    except (OSError, ValueError, LookupError) as fault:
        sys.exit(f"BAD: {path!a} cannot be read as a receipt ({type(fault).__name__})")
