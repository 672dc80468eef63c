//go:build cgo

package kafka

import (
	"fmt"
	"time"
)

// Event is what Poll and Events give: *Message and *Stats as pointers; Error, AssignedPartitions, RevokedPartitions,
// PartitionEOF, OffsetsCommitted and OAuthBearerTokenRefresh as values.
type Event interface {
	String() string
}

// Stats is a report of statistics, as JSON with librdkafka's names, every statistics.interval.ms: of a producer on Events(), of a consumer
// from Poll. It tells of the client itself; brokers and topics are empty.
type Stats struct {
	statsJSON string
}

func (s Stats) String() string { return s.statsJSON }

// AssignedPartitions: these were given to this consumer.
type AssignedPartitions struct {
	Partitions []TopicPartition
}

func (e AssignedPartitions) String() string {
	return fmt.Sprintf("AssignedPartitions: %v", e.Partitions)
}

// RevokedPartitions: these are taken from this consumer.
type RevokedPartitions struct {
	Partitions []TopicPartition
}

func (e RevokedPartitions) String() string { return fmt.Sprintf("RevokedPartitions: %v", e.Partitions) }

// PartitionEOF: the end of a partition was reached (enable.partition.eof).
type PartitionEOF TopicPartition

func (p PartitionEOF) String() string { return fmt.Sprintf("EOF at %s", TopicPartition(p)) }

// OffsetsCommitted is the outcome of an asynchronous or automatic commit.
type OffsetsCommitted struct {
	Error   error
	Offsets []TopicPartition
}

func (o OffsetsCommitted) String() string {
	return fmt.Sprintf("OffsetsCommitted (%v, %v)", o.Error, o.Offsets)
}

// OAuthBearerTokenRefresh: a token is needed. Not made yet.
type OAuthBearerTokenRefresh struct {
	Config string
}

func (o OAuthBearerTokenRefresh) String() string { return "OAuthBearerTokenRefresh" }

// LogEvent is a line of the log, on the channel of Logs().
type LogEvent struct {
	Name      string
	Tag       string
	Message   string
	Level     int
	Timestamp time.Time
}

// String is one line with the time, level, name and text.
func (l LogEvent) String() string {
	return fmt.Sprintf("[%s][%s][%s][%d]%s", l.Timestamp.Format(time.RFC3339), l.Name, l.Tag, l.Level, l.Message)
}

// RebalanceCb is called from Poll, ReadMessage and Close with AssignedPartitions or RevokedPartitions. It may call Assign,
// Unassign and their incremental variants; when it does not, the consumer does.
type RebalanceCb func(*Consumer, Event) error
