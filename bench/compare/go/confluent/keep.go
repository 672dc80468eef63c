//go:build keep

// Package main is built from wellhead/main.go with another import line (common.py); this keeps what it imports in go.mod.
package main

import _ "github.com/confluentinc/confluent-kafka-go/v2/kafka"
