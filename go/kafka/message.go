//go:build cgo

package kafka

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// PartitionAny lets the partitioner choose.
const PartitionAny = int32(-1)

// Offset is a position in a partition, or one of the special ones.
type Offset int64

const (
	// OffsetBeginning is the first record there is.
	OffsetBeginning = Offset(-2)
	// OffsetEnd is the next record that will be written.
	OffsetEnd = Offset(-1)
	// OffsetStored is what the group committed.
	OffsetStored = Offset(-1000)
	// OffsetInvalid is no offset.
	OffsetInvalid = Offset(-1001)

	offsetTailBase = -2000
)

// OffsetTail is the offset of the n-th record before the end.
func OffsetTail(n Offset) Offset { return offsetTailBase - n }

// NewOffset reads a number, a number's text or a special offset's name: beginning (earliest), end (latest), stored, unset (invalid).
func NewOffset(offset interface{}) (Offset, error) {
	switch v := offset.(type) {
	case Offset:
		return v, nil
	case int:
		return Offset(v), nil
	case int64:
		return Offset(v), nil
	case int32:
		return Offset(v), nil
	case string:
		switch strings.ToLower(v) {
		case "beginning", "earliest":
			return OffsetBeginning, nil
		case "end", "latest":
			return OffsetEnd, nil
		case "unset", "invalid":
			return OffsetInvalid, nil
		case "stored":
			return OffsetStored, nil
		}
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return OffsetInvalid, errorf(ErrInvalidArg, "%q is not an offset", v)
		}
		return Offset(n), nil
	}
	return OffsetInvalid, errorf(ErrInvalidArg, "a %T is not an offset", offset)
}

// Set is NewOffset in place.
func (o *Offset) Set(offset interface{}) error {
	n, err := NewOffset(offset)
	if err == nil {
		*o = n
	}
	return err
}

// String is the number, or the special offset's name.
func (o Offset) String() string {
	switch o {
	case OffsetBeginning:
		return "beginning"
	case OffsetEnd:
		return "end"
	case OffsetInvalid:
		return "unset"
	case OffsetStored:
		return "stored"
	}
	return strconv.FormatInt(int64(o), 10)
}

// TimestampType tells who set a message's timestamp.
type TimestampType int

const (
	// TimestampNotAvailable: there is none.
	TimestampNotAvailable = TimestampType(0)
	// TimestampCreateTime: the producer.
	TimestampCreateTime = TimestampType(1)
	// TimestampLogAppendTime: the broker.
	TimestampLogAppendTime = TimestampType(2)
)

// String is CreateTime, LogAppendTime or NotAvailable.
func (t TimestampType) String() string {
	switch t {
	case TimestampCreateTime:
		return "CreateTime"
	case TimestampLogAppendTime:
		return "LogAppendTime"
	}
	return "NotAvailable"
}

// TopicPartition is a partition of a topic with an offset and what belongs to it. In answers Error tells about it alone.
type TopicPartition struct {
	Topic     *string
	Partition int32
	Offset    Offset
	// Metadata is text committed with the offset.
	Metadata *string
	Error    error
	// LeaderEpoch is nil where it is not known.
	LeaderEpoch *int32
}

// String is topic[partition]@offset, with the error in parentheses.
func (p TopicPartition) String() string {
	topic := "<null>"
	if p.Topic != nil {
		topic = *p.Topic
	}
	if p.Error != nil {
		return fmt.Sprintf("%s[%d]@%s(%s)", topic, p.Partition, p.Offset, p.Error)
	}
	return fmt.Sprintf("%s[%d]@%s", topic, p.Partition, p.Offset)
}

// TopicPartitions sorts by topic, then by partition.
type TopicPartitions []TopicPartition

func (l TopicPartitions) Len() int      { return len(l) }
func (l TopicPartitions) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l TopicPartitions) Less(i, j int) bool {
	if a, b := topicOf(l[i].Topic), topicOf(l[j].Topic); a != b {
		return a < b
	}
	return l[i].Partition < l[j].Partition
}

func topicOf(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

// Header is one header of a message. A nil value is not an empty one.
type Header struct {
	Key   string
	Value []byte
}

// headerShown is how much of a long header value String shows.
const headerShown = 50

// String is key=value, the value quoted and cut when it is long.
func (h Header) String() string {
	switch n := len(h.Value); {
	case h.Value == nil:
		return h.Key + "=nil"
	case n == 0:
		return h.Key + "=<empty>"
	case n > headerShown+15:
		return fmt.Sprintf("%s=%q(%d more bytes)", h.Key, h.Value[:headerShown], n-headerShown)
	}
	return fmt.Sprintf("%s=%q", h.Key, h.Value)
}

// Message is a record, to send or received, and as a delivery report what became of one.
type Message struct {
	TopicPartition TopicPartition
	Value          []byte
	Key            []byte
	// Timestamp: zero means now when sending.
	Timestamp     time.Time
	TimestampType TimestampType
	// Opaque comes back in the delivery report.
	Opaque  interface{}
	Headers []Header
	// LeaderEpoch is nil where it is not known.
	LeaderEpoch *int32
}

// String is topic[partition]@offset.
func (m *Message) String() string {
	return fmt.Sprintf("%s[%d]@%s", topicOf(m.TopicPartition.Topic), m.TopicPartition.Partition, m.TopicPartition.Offset)
}
