"""Checks badges with openbadgeslib: each as it is, and with one letter of each text altered. Prints how many were refused.

check.py FOLDER [SCHEMA]: every *.json in the folder; the official schema of a badge, if it is here.
"""
import copy, glob, json, os, sys
from openbadgeslib.ob3.ldp import OB3LdpVerifier


def leaves(value, path=()):
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves(one, (*path, at))
    elif isinstance(value, (str, bool)):
        yield path, value


def put(document, path, value):
    *before, last = path
    for step in before:
        document = document[step]
    document[last] = value


def altered(value):
    if isinstance(value, bool):
        return not value
    at = len(value) // 2
    return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1:]


def verifies(document):
    try:
        OB3LdpVerifier().verify(json.dumps(document))
        return True
    except Exception:
        return False


schema = None
if len(sys.argv) > 2:
    import jsonschema
    schema = jsonschema.Draft201909Validator(json.load(open(sys.argv[2])))
badges = sorted(glob.glob(os.path.join(sys.argv[1], "*.json")))
refused = 0
for file in badges:
    document = json.load(open(file))
    OB3LdpVerifier().verify(json.dumps(document))
    if schema:
        faults = [f"{list(fault.path)}: {fault.message[:200]}" for fault in schema.iter_errors(document)]
        assert not faults, (file, faults)
    for path, value in leaves(document):
        other = copy.deepcopy(document)
        put(other, path, altered(value))
        assert not verifies(other), (file, path, "was altered, and verifies")
        refused += 1
print(f"{len(badges)} verified, {refused} altered ones refused")
