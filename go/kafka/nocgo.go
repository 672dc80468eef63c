//go:build !cgo

// Package kafka needs cgo: it runs the C library of this repository.
package kafka

var _ = Package_kafka_needs_cgo__set_CGO_ENABLED_1_and_have_a_C_compiler_in_PATH
