#!/bin/sh
# Builds the pinned Kubo daemon from the Go module proxy into .tools/ipfs. Exits 0 without it where that cannot be done,
# unless REGISTRY_REQUIRE_KUBO=1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../.." && pwd)/.tools
mkdir -p "$target"

stop() {
    echo "Kubo is not installed: $1. The embedded store is used instead." >&2
    [ "${REGISTRY_REQUIRE_KUBO:-0}" = 1 ] && exit 1
    exit 0
}

[ -x "$target/ipfs" ] && exit 0
if found=$(command -v ipfs); then
    ln -sf "$found" "$target/ipfs"
    exit 0
fi
command -v go >/dev/null || stop "neither ipfs nor go was found"
echo "Building Kubo from source (some minutes, once)"
# Kubo's storage engine does not compile with every newer Go; this one does.
cd "$here" && GOTOOLCHAIN=go1.25.5 GOFLAGS=-mod=readonly CGO_ENABLED=0 \
    go build -trimpath -o "$target/ipfs.part" github.com/ipfs/kubo/cmd/ipfs || stop "the build failed"
mv "$target/ipfs.part" "$target/ipfs"
