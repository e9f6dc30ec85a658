#!/bin/sh
# The check from outside: stock ssh-keygen accepts every exported statement and refuses each one altered by a byte.
# Usage: check.sh PROGRAM DATA-FOLDER [MOST]      Exit 0: all held; 1: not; 77: no ssh-keygen here.
set -eu

program=$1 data=$2 most=${3:-200}
command -v ssh-keygen >/dev/null 2>&1 || { echo 'skipped: there is no ssh-keygen'; exit 77; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# The ids, newest first, of which the first so many.
ids=$("$program" --data "$data" history --json --most "$most" | tr ',' '\n' | sed -n 's/.*"id": *"\([0-9a-f-]\{36\}\)".*/\1/p')
set --
for id in $ids; do
    set -- "$@" --statement "$id"
done
[ $# -gt 0 ] || { echo 'FAIL  no statement to check'; exit 1; }
"$program" --data "$data" export --signers "$@" --out "$out" >/dev/null 2>&1

verify() { # TEXT SIGNATURE SIGNER
    ssh-keygen -Y verify -f "$out/allowed_signers" -I "$3" -n countersign-statement -s "$2" <"$1" >/dev/null 2>&1
}

accepted=0 refused=0 wrong=0
for id in $ids; do
    text=$out/$id.txt
    signer=$(sed -n 's/^signer \([0-9a-z]*\) .*/\1/p' "$text")
    if verify "$text" "$text.sig" "$signer"; then
        accepted=$((accepted + 1))
    else
        echo "FAIL  $id by $signer is not accepted"
        wrong=$((wrong + 1))
    fi
    # One byte of the text becomes another: the first letter of its sixth line.
    sed '6s/^./X/' "$text" >"$out/altered"
    if cmp -s "$text" "$out/altered" || verify "$out/altered" "$text.sig" "$signer"; then
        echo "FAIL  $id altered is accepted"
        wrong=$((wrong + 1))
    else
        refused=$((refused + 1))
    fi
done
echo "$accepted accepted, $refused altered refused"
[ "$wrong" -eq 0 ]
