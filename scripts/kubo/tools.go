//go:build tools

// Package kubobuild pins the Kubo daemon that tests and the demonstration run against.
package kubobuild

import _ "github.com/ipfs/kubo/cmd/ipfs"
