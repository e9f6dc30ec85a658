#!/usr/bin/env python3
"""Writes what the program is made of: a bill of materials (CycloneDX 1.5, JSON) and the licences of everything in it.

    third-parties.py TARGET BILL LICENCES

TARGET is a target triple, such as x86_64-unknown-linux-musl. Reads Cargo.lock and the crates' own folders, and changes
nothing. SOURCE_DATE_EPOCH is the time that the bill bears, so that the same source gives the same bytes.
Standard library only. Exit 0 when both are written, 1 when a crate names no licence.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tomllib
import uuid

TOP = pathlib.Path(__file__).resolve().parents[2]
# What is in the program and is no crate: name, version, licence, the file with its text.
FONTS = [
    ("Source Sans 3", "data/fonts/SourceSans3-LICENSE.md"),
    ("Source Code Pro", "data/fonts/SourceCodePro-LICENSE.md"),
]
TEXTS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT")


def command(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, cwd=TOP).stdout


def linked(known):
    """The crates whose code is in the program, without those that only run while it is built."""
    crates = {crate["id"]: crate for crate in known["packages"]}
    nodes = {node["id"]: node for node in known["resolve"]["nodes"]}
    root = next(crate["id"] for crate in known["packages"] if crate["name"] == "countersign")
    found, waiting = set(), [root]
    while waiting:
        one = waiting.pop()
        if one in found or any("proc-macro" in target["kind"] for target in crates[one]["targets"]):
            continue
        found.add(one)
        for needed in nodes[one]["deps"]:
            if any(kind["kind"] is None for kind in needed["dep_kinds"]):
                waiting.append(needed["pkg"])
    name = lambda id: (crates[id]["name"], crates[id]["version"])
    return sorted((crates[id] for id in found), key=lambda crate: name(crate["id"])), nodes, crates


def reference(crate):
    return f"pkg:cargo/{crate['name']}@{crate['version']}"


def bill(known, target, digests):
    used, nodes, crates = linked(known)
    ids = {crate["id"] for crate in used}
    components, needs = [], []
    for crate in used:
        own = crate["source"] is None
        one = {
            "type": "application" if crate["name"] == "countersign" else "library",
            "bom-ref": reference(crate),
            "name": crate["name"],
            "version": crate["version"],
            "licenses": [{"expression": crate["license"].replace("/", " OR ")}],
            "purl": reference(crate),
        }
        if not own:
            one["hashes"] = [{"alg": "SHA-256", "content": digests[crate["name"], crate["version"]]}]
        components.append(one)
        deps = sorted({reference(crates[need["pkg"]]) for need in nodes[crate["id"]]["deps"] if need["pkg"] in ids})
        needs.append({"ref": reference(crate), "dependsOn": deps})
    rustc = dict(line.split(": ", 1) for line in command("rustc", "-vV").splitlines() if ": " in line)
    components.append(other("framework", "rust-std", rustc["release"], "MIT OR Apache-2.0"))
    components.append(other("library", "sqlite", sqlite_version(used), "blessing"))
    if target.endswith("musl"):
        components.append(other("library", "musl", None, "MIT"))
    for font, _ in FONTS:
        components.append(other("data", font, None, "OFL-1.1"))
    program = next(one for one in components if one["name"] == "countersign")
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    made_of = json.dumps([components, needs], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, made_of)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": program,
            "properties": [{"name": "target", "value": target}],
        },
        "components": [one for one in components if one is not program],
        "dependencies": needs,
    }


def other(kind, name, version, licence):
    one = {"type": kind, "bom-ref": name, "name": name, "licenses": [{"expression": licence}]}
    return one | ({"version": version} if version else {})


def sqlite_version(used):
    """The version of the SQLite that is compiled in, as its own header says."""
    folder = next(pathlib.Path(one["manifest_path"]).parent for one in used if one["name"] == "libsqlite3-sys")
    header = (folder / "sqlite3" / "sqlite3.h").read_text(encoding="utf-8", errors="replace")
    return next(line.split('"')[1] for line in header.splitlines() if line.startswith("#define SQLITE_VERSION "))


def licences(known):
    """The texts, each once, with the names of those that it is the licence of."""
    owners, without = {}, []
    for crate in linked(known)[0]:
        if crate["source"] is None:
            continue
        name = f"{crate['name']} {crate['version']} ({crate['license']})"
        folder = pathlib.Path(crate["manifest_path"]).parent
        texts = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name.upper().startswith(TEXTS)]
        for path in texts:
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            owners.setdefault(text, []).append(name)
        if not texts:
            without.append(name)
    for font, path in FONTS:
        owners.setdefault((TOP / path).read_text(encoding="utf-8").strip(), []).append(f"{font} (OFL-1.1)")
    parts = [
        "Countersign is made of its own code (MIT) and the following. SQLite is in the public domain.\n"
        "The Rust standard library is under MIT or Apache-2.0, musl under MIT.",
    ]
    if without:
        parts.append("These name their licence without its text: " + ", ".join(without))
    for text, names in sorted(owners.items(), key=lambda one: one[1]):
        parts.append("\n".join(names) + "\n\n" + text)
    return ("\n\n" + "=" * 78 + "\n\n").join(parts) + "\n"


def main():
    target, bill_file, licences_file = sys.argv[1:]
    known = json.loads(command("cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target))
    missing = [crate["name"] for crate in linked(known)[0] if not crate["license"]]
    if missing:
        print("No licence is named by: " + ", ".join(missing), file=sys.stderr)
        return 1
    lock = tomllib.loads((TOP / "Cargo.lock").read_text(encoding="utf-8"))
    digests = {(one["name"], one["version"]): one["checksum"] for one in lock["package"] if "checksum" in one}
    text = json.dumps(bill(known, target, digests), indent=1, ensure_ascii=False)
    pathlib.Path(bill_file).write_text(text + "\n", encoding="utf-8")
    pathlib.Path(licences_file).write_text(licences(known), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
