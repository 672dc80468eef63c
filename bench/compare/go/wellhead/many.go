package main

import (
	"time"

	"compare/measure"

	"github.com/wellhead-io/wellhead/go/kafka"
)

func init() {
	many = func(c *kafka.Consumer, each func(m *kafka.Message)) {
		some, err := c.ReadMessages(2_000, 10*time.Second)
		measure.Check(err)
		for _, m := range some {
			each(m)
		}
	}
}
