//go:build !cgo

// Package streams needs cgo: it runs the C library of this repository.
package streams

var _ = Package_streams_needs_cgo__set_CGO_ENABLED_1_and_have_a_C_compiler_in_PATH
