#!/usr/bin/env bash
# Makes the file of a release: a data folder with something of every kind in it, and a checkpoint and receipts as somebody
# would have kept them. tests/it/older.rs opens it in every later version.
#
#     tests/release.sh PROGRAM FOLDER
set -euo pipefail
top=$(realpath "$(dirname "$0")/..")
program=$(realpath "$1") to=$2
[ ! -e "$to" ] || { echo "$to is there already: a release's file is never made again" >&2; exit 1; }
umask 077
work=$(mktemp -d)
agent=
leave() {
    [ -z "$agent" ] || kill "$agent" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT
export COUNTERSIGN_CHECKPOINTS=$work/checkpoints XDG_CONFIG_HOME=$work/config LC_ALL=C.UTF-8
mkdir "$COUNTERSIGN_CHECKPOINTS"

printf 'lantern orchid gravel walnut harbour\n' >"$work/pass"
printf 'gravel teapot comet willow 83\n' >"$work/other"
here() { "$program" --data "$work/data" "$@" >>"$work/said" 2>&1 || { tail -n 3 "$work/said" >&2; echo "failed: $*" >&2; exit 1; }; }
by() { here "${@:2}" --as "$1" --passphrase-file "$work/pass"; }
there() { "$program" --data "$work/there" "$@" --as "Uma Officer" --passphrase-file "$work/other"; }
ids() { "$program" --data "$work/data" history "$@" --json | python3 -c 'import json, sys; [print(one["id"]) for one in json.load(sys.stdin)["statements"]]'; }

# The made-up department: people, standards, claims, evidence, reviews, hours, a plan, competences of its own.
here demo --make "$work/data" --trainees 3 --sign-offs 60 --seed 20

# One of each that a person may sign afterwards.
by "Sam Supervisor" sign-off "Alex Trainee" K9 S26 --not-achieved --feedback "Unsafe" --action "Again" --by "in 2 weeks"
by "Sam Supervisor" sign-off "Alex Trainee" K20 K21
by "Sam Supervisor" withdraw "$(ids kind:sign-off --most 1)" --reason "Signed in error"
by "Tilly Officer" policy set carried-over=counts imported=counts
printf 'Name,K30,K31\nAlex Trainee,12/05/2025,\n' >"$work/old.csv"
by "Tilly Officer" records import "$work/old.csv" --source "Matrix of the echo lab, 2025" --yes
by "Tilly Officer" key issuer make

# Another department: a record goes there, is signed on, and comes back.
"$program" --data "$work/there" init --name "Uma Officer" --department Audiology --passphrase-file "$work/other" >>"$work/said" 2>&1
key() { "$program" --data "$1" bundle key --plain; }
there person add "Alex Trainee" --role trainee >>"$work/said"
there bundle accept-key "$(key "$work/data")" --yes >>"$work/said"
here bundle "Alex Trainee" --out "$work/out.bundle"
there bundle import "$work/out.bundle" --trainee "Alex Trainee" --yes >>"$work/said"
there person add "Vi Visitor" --role supervisor --new-passphrase-file "$work/other" >>"$work/said"
there standard import "$top/data/st0413-1.1.toml" >>"$work/said"
there enrol "Alex Trainee" ST0413 --start 2025-09-01 --weekly-hours 37.5 >>"$work/said"
"$program" --data "$work/there" sign-off "Alex Trainee" K22 --as "Vi Visitor" --passphrase-file "$work/other" >>"$work/said"
"$program" --data "$work/there" bundle "Alex Trainee" --out "$work/back.bundle" >>"$work/said"
by "Tilly Officer" bundle accept-key "$(key "$work/there")" --yes
by "Tilly Officer" bundle import "$work/back.bundle" --trainee "Alex Trainee" --yes

# A key in an agent, where there is one.
if command -v ssh-agent >/dev/null; then
    eval "$(ssh-agent -a "$work/agent.sock")" >/dev/null
    agent=$SSH_AGENT_PID
    ssh-keygen -q -t ed25519 -N '' -C agent -f "$work/agent-key"
    ssh-add -q "$work/agent-key"
    by "Tilly Officer" key add "Sam Supervisor" --agent --comment agent
fi
by "Tilly Officer" erase "$(ids kind:sign-off --most 1)" --reason "It named a patient"

mkdir -p "$to"
here checkpoint
"$program" --data "$work/data" checkpoint >"$to/checkpoint.txt"
"$program" --data "$work/data" receipts "Alex Trainee" >"$to/receipts.txt"
"$program" --data "$work/data" verify >>"$work/said" 2>&1 || [ $? -eq 3 ] || { tail -n 5 "$work/said"; exit 1; }
cp -r "$work/data/countersign.db" "$work/data/keys" "$to/"
ls -R "$to"
