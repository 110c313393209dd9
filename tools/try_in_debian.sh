#!/bin/sh
# Run the project in a Debian that holds a newer Python, make and git, and nothing else: tools/try_in_debian.sh RELEASE
#
# trixie has Python 3.13, sid a newer one. It needs root, debootstrap and a network, and takes about three minutes. What
# follows RELEASE is run in the clone there afterwards, for instance: .venv/bin/pytest -q tests/domain
set -eu
release=$1
shift
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap > /dev/null; then
    echo "try_in_debian.sh: it needs root and debootstrap" >&2
    exit 2
fi
root=$PWD/.cache/debian-$release
if [ ! -e "$root/usr/bin/python3" ]; then
    debootstrap --variant=minbase --include=ca-certificates,git,make,python3,python3-venv "$release" "$root" > /dev/null
fi
# How this machine reaches a package index, and nothing else of it.
cp /etc/resolv.conf "$root/etc/"
for file in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
    [ ! -e "$file" ] || cp "$file" "$root$file"
done
umount "$root/proc" "$root/dev" 2> /dev/null || true
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"
trap 'umount "$root/proc" "$root/dev"' EXIT
rm -rf "$root/root/project" "$root/tmp/installed"
git clone --quiet . "$root/root/project"

run() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        BC_SKIP_MAPPING=TRUE SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
        sh -c 'cd /root/project && "$@"' sh "$@"
}

run python3 --version
run python3 -m venv /tmp/installed
run /tmp/installed/bin/pip install --quiet --no-cache-dir .
run /tmp/installed/bin/pip check
run /tmp/installed/bin/checkov-keys doctor
run make demo
if [ "$#" -gt 0 ]; then
    run "$@"
fi
