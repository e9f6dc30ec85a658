#!/usr/bin/env bash
# Tries the package in a fresh Debian 12, made for it and deleted afterwards: install, init, two people over SSH, one night's
# run of the units, upgrade from the version before, remove, purge.
#
#     tests/package.sh PACKAGE-BEFORE PACKAGE
#
# Needs root, debootstrap and Debian's packages; says so and exits 0 without them. Exit 1 at the first thing that does not hold.
set -euo pipefail
before=$(realpath "$1") package=$(realpath "$2")
top=$(realpath "$(dirname "$0")/..")
skip() { echo "the package was not tried: $*"; exit 0; }
[ "$(id -u)" -eq 0 ] || skip "it needs root"
command -v debootstrap >/dev/null || skip "debootstrap is not here"

work=$(mktemp -d)
debian=$work/debian
port=$((20000 + $$ % 20000))
sshd=
leave() {
    [ -z "$sshd" ] || kill "$sshd" 2>/dev/null || true
    for inner in proc dev; do umount -R -l "$debian/$inner" 2>/dev/null || true; done
    rm -rf --one-file-system "$work"
}
trap leave EXIT

timeout 300 debootstrap --variant=minbase --include=systemd,openssh-server bookworm "$debian" >"$work/debootstrap.log" 2>&1 ||
    skip "debootstrap could not make a Debian ($(tail -n 1 "$work/debootstrap.log"))"
{ mount -t proc proc "$debian/proc" && mount --rbind --make-rslave /dev "$debian/dev"; } || skip "nothing may be mounted here"

inside() { chroot "$debian" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@" </dev/null; }
as() { inside runuser -u countersign -- env HOME=/var/lib/countersign COUNTERSIGN_DATA=/var/lib/countersign/data countersign "$@"; }
step() { printf -- '-- %s\n' "$*"; }
wrong() { printf 'WRONG: %s\n' "$*" >&2; exit 1; }
must_say() { # must_say WORDS COMMAND…
    local words=$1 said
    shift
    said=$("$@" 2>&1) || true
    [[ $said == *"$words"* ]] || wrong "no “$words” from $*: $said"
}
entries() { as history --json --most 1 | sed -n 's/.*"size": *\([0-9]*\).*/\1/p' | head -n 1; }
install() {
    cp "$1" "$debian/tmp/package.deb"
    inside dpkg --install /tmp/package.deb >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; wrong "dpkg --install $1"; }
}

step "install"
install "$before"
[ "$(inside stat -c '%U %a' /var/lib/countersign)" = "countersign 700" ] || wrong "the folder of the data is not private"
[ "$(inside stat -c '%U:%G %a' /var/lib/countersign-keys)" = "countersign:countersign-keys 2750" ] || wrong "the folder of the map"
[ -z "$(find "$debian/etc/systemd" -name '*countersign*')" ] || wrong "a unit is enabled before anybody enabled it"
inside systemd-analyze verify --man=no $(cd "$debian/lib/systemd/system" && ls countersign-*.timer countersign-*.service | grep -v '@') \
    >"$work/units.log" 2>&1 || { cat "$work/units.log"; wrong "systemd-analyze verify"; }
! grep -i countersign "$work/units.log" || wrong "systemd-analyze finds fault with a unit"
must_say ".TH countersign" inside sh -c 'zcat /usr/share/man/man1/countersign.1.gz'
for one in $(inside countersign --help | sed -n '/^Commands:/,/^Options:/s/^  \([a-z][a-z-]*\) .*/\1/p' | grep -v '^help$'); do
    [ -s "$debian/usr/share/man/man1/countersign-$one.1.gz" ] || wrong "no manual page of $one"
done
inside bash -n /usr/share/bash-completion/completions/countersign || wrong "the completions are no bash"

step "init"
secret() { # secret NAME WORDS: a file that only the service account can read
    printf '%s\n' "$2" >"$debian/var/lib/countersign/$1"
    inside chown countersign: "/var/lib/countersign/$1"
    inside chmod 600 "/var/lib/countersign/$1"
}
secret officer 'seven herons cross the estuary at dawn'
secret supervisor 'a lantern swings over the wet harbour'
officer=(--as Olu --passphrase-file /var/lib/countersign/officer)
as init --department "Cardiology, Example Hospital" --name "Olu Officer" --passphrase-file /var/lib/countersign/officer >/dev/null
as person add "Sam Supervisor" --role supervisor --new-passphrase-file /var/lib/countersign/supervisor "${officer[@]}" >/dev/null
as person add "Ann Trainee" --role trainee "${officer[@]}" >/dev/null
as enrol "Ann Trainee" ST0413 --start 2026-09-01 "${officer[@]}" >/dev/null
as supervise "Sam Supervisor" "Ann Trainee" "${officer[@]}" >/dev/null

step "two people over SSH"
mkdir -p "$debian/run/sshd"
inside ssh-keygen -A >/dev/null
cp "$debian/usr/share/doc/countersign/examples/sshd_config.d-countersign.conf" "$debian/etc/ssh/sshd_config.d/countersign.conf"
inside /usr/sbin/sshd -t || wrong "sshd does not accept the example"
chroot "$debian" /usr/sbin/sshd -D -p "$port" -o ListenAddress=127.0.0.1 -o UsePAM=yes >"$work/sshd.log" 2>&1 &
sshd=$!
for who in ann sam; do
    ssh-keygen -q -t ed25519 -N '' -f "$work/$who"
    cp "$work/$who.pub" "$debian/tmp/$who.pub"
    chmod 644 "$debian/tmp/$who.pub"
done
as ssh add Ann --key /tmp/ann.pub "${officer[@]}" >/dev/null
as ssh add Sam --key /tmp/sam.pub "${officer[@]}" >/dev/null
over() { # over WHO WORDS…
    local key=$work/$1
    shift
    ssh -i "$key" -p "$port" -F none -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile="$work/known" -o ConnectTimeout=10 countersign@127.0.0.1 "$@" 2>&1 </dev/null
}
for _ in $(seq 50); do over ann checkpoint >/dev/null && break; sleep 0.2; done
must_say "K1" over ann outstanding
must_say "Ann Trainee" over ann home
must_say "Waiting for you" over sam home
must_say "ermission denied" ssh -p "$port" -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile="$work/known" \
    -o IdentitiesOnly=yes -i "$debian/etc/ssh/ssh_host_ed25519_key" countersign@127.0.0.1 outstanding
must_say "Assurance level  L1" as doctor
must_say "Assurance level  L1" inside countersign --data /var/lib/countersign/data doctor

step "one night's run of the units"
secret addresses.csv $'person,address\nSam Supervisor,sam@example.org'
printf '#!/bin/sh\ncat >>/var/lib/countersign/mails\n' >"$debian/usr/sbin/sendmail"
chmod 755 "$debian/usr/sbin/sendmail"
# What systemd would start, as the unit says it, where no systemd can be started.
run_unit() {
    local unit=$debian/lib/systemd/system/$1 line allowed status=0
    line=$(sed -n 's/^ExecStart=//p' "$unit")
    allowed=$(sed -n 's/^SuccessExitStatus=//p' "$unit")
    inside runuser -u "$(sed -n 's/^User=//p' "$unit")" -- env HOME=/var/lib/countersign sh -c \
        "set -a; eval \"\$(sed 's/^\\([A-Z_]*\\)=\\(.*\\)/\\1=\"\\2\"/' /etc/default/countersign)\"; exec $(sed 's/\${\([A-Z_]*\)}/"$\1"/g' <<<"$line")" \
        >"$work/unit.log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || [ "$status" = "$allowed" ] || { cat "$work/unit.log"; wrong "$1 ended with $status"; }
}
booted=0
python3 "$top/tests/booted.py" "$debian" || booted=$?
if [ "$booted" -eq 77 ]; then
    for unit in backup verify digest; do run_unit countersign-$unit.service; done
elif [ "$booted" -ne 0 ]; then
    wrong "the units under systemd"
fi
ls "$debian"/var/backups/countersign/countersign-*.db >/dev/null || wrong "no backup was made"
grep -q '^To:.*sam@example.org' "$debian/var/lib/countersign/mails" || wrong "Sam got no mail"

step "upgrade from the version before"
size=$(entries)
[ -n "$size" ] || wrong "the log has no size"
echo "# changed by this Trust" >>"$debian/etc/default/countersign"
install "$package"
grep -q "changed by this Trust" "$debian/etc/default/countersign" || wrong "the settings were overwritten"
[ "$(entries)" = "$size" ] || wrong "the upgrade changed the log"
must_say "K1" over ann outstanding
# A file of the oldest format that was given out opens, and is sound.
cp -r "$top/tests/fixtures/format-12" "$debian/var/lib/countersign/older"
inside chown -R countersign: /var/lib/countersign/older
inside chmod -R go= /var/lib/countersign/older
as --data /var/lib/countersign/older history --most 1 >/dev/null || wrong "an older file does not open"
must_say "ntact" as --data /var/lib/countersign/older verify --checkpoint /var/lib/countersign/older/checkpoint.txt

step "remove, purge"
inside dpkg --remove countersign >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; wrong "remove"; }
[ ! -e "$debian/usr/bin/countersign" ] || wrong "the program is still there"
[ -s "$debian/var/lib/countersign/data/countersign.db" ] || wrong "removing deleted the data"
inside dpkg --purge countersign >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; wrong "purge"; }
grep -q "/var/lib/countersign was left as it is" "$work/dpkg.log" || wrong "purge does not say that the data stays"
[ -s "$debian/var/lib/countersign/data/countersign.db" ] || wrong "purging deleted the data"
[ ! -e "$debian/etc/default/countersign" ] || wrong "purging left the settings"
install "$package"
[ "$(entries)" = "$size" ] || wrong "the data does not open after installing again"
echo "the package holds"
