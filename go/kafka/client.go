//go:build cgo

package kafka

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Handle is what Producer, Consumer and AdminClient have in common.
type Handle interface {
	String() string
	IsClosed() bool
	GetMetadata(topic *string, allTopics bool, timeoutMs int) (*Metadata, error)
}

var instances atomic.Int64

// instanceName is client.id#kind-number.
func instanceName(s *settings, kind string) string {
	id := s.props["client.id"]
	if id == "" {
		id = "rdkafka"
	}
	return fmt.Sprintf("%s#%s-%d", id, kind, instances.Add(1))
}

// LibraryVersion is the version of the library as a number (0xMMmmpp00) and as text.
func LibraryVersion() (int, string) {
	text := cabi.Version()
	var major, minor, patch int
	fmt.Sscanf(text, "%d.%d.%d", &major, &minor, &patch)
	return major<<24 | minor<<16 | patch<<8, text
}

// LogLevel is how much the library writes to standard error.
type LogLevel uint32

const (
	// LogOff: nothing.
	LogOff = LogLevel(cabi.LogOff)
	// LogErrors: what went wrong for good.
	LogErrors = LogLevel(cabi.LogErrors)
	// LogWarnings: also what is tried again. The default.
	LogWarnings = LogLevel(cabi.LogWarnings)
)

// SetLogLevel sets it for the whole process.
func SetLogLevel(level LogLevel) error { return check(cabi.SetLogLevel(uint32(level))) }

// BrokerMetadata is one broker.
type BrokerMetadata struct {
	ID   int32
	Host string
	Port int
}

// PartitionMetadata is one partition; Leader is -1 while there is none.
type PartitionMetadata struct {
	ID       int32
	Error    Error
	Leader   int32
	Replicas []int32
	Isrs     []int32
}

// TopicMetadata is one topic.
type TopicMetadata struct {
	Topic      string
	Partitions []PartitionMetadata
	Error      Error
}

// Metadata is what the cluster says about itself.
type Metadata struct {
	Brokers           []BrokerMetadata
	Topics            map[string]TopicMetadata
	OriginatingBroker BrokerMetadata
}

// The JSON of the border; docs/format.md, "The C border".
type (
	errorJSON struct {
		Code    int32
		Message string
		Flags   uint32
	}
	brokerJSON struct {
		ID   int32
		Host string
		Port int
		Rack *string
	}
	topicJSON struct {
		Name       string
		ID         string
		Internal   bool
		Error      *errorJSON
		Partitions []struct {
			ID            int32
			Leader        int32
			LeaderEpoch   int32 `json:"leader_epoch"`
			Replicas, Isr []int32
			Error         *errorJSON
		}
	}
	metadataJSON struct {
		ClusterID         *string `json:"cluster_id"`
		ControllerID      int32   `json:"controller_id"`
		Brokers           []brokerJSON
		Topics            []topicJSON
		OriginatingBroker brokerJSON `json:"originating_broker"`
	}
)

// value is the Error, whose code is ErrNoError when there is none.
func (e *errorJSON) value() Error {
	if e == nil {
		return Error{}
	}
	return errorFromRow(e.Code, e.Flags, e.Message)
}

// plain is the error, nil when there is none.
func (e *errorJSON) plain() error {
	if e == nil {
		return nil
	}
	return e.value()
}

func (b brokerJSON) value() BrokerMetadata {
	return BrokerMetadata{ID: b.ID, Host: b.Host, Port: b.Port}
}

func (t topicJSON) value() TopicMetadata {
	out := TopicMetadata{Topic: t.Name, Error: t.Error.value(), Partitions: make([]PartitionMetadata, len(t.Partitions))}
	for i, p := range t.Partitions {
		out.Partitions[i] = PartitionMetadata{ID: p.ID, Error: p.Error.value(), Leader: p.Leader, Replicas: p.Replicas, Isrs: p.Isr}
	}
	return out
}

func fetchMetadata(handle uint64, topic *string, allTopics bool, timeoutMs int) (*metadataJSON, error) {
	if allTopics {
		topic = nil
	}
	text, e := cabi.Metadata(handle, topic, timeoutMs)
	if e != nil {
		return nil, errorFromC(e)
	}
	var m metadataJSON
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, errorf(ErrBadMsg, "the metadata cannot be read: %v", err)
	}
	return &m, nil
}

// getMetadata asks the cluster. Without a topic it tells about all of them.
func getMetadata(handle uint64, topic *string, allTopics bool, timeoutMs int) (*Metadata, error) {
	m, err := fetchMetadata(handle, topic, allTopics, timeoutMs)
	if err != nil {
		return nil, err
	}
	out := &Metadata{Topics: make(map[string]TopicMetadata, len(m.Topics)), OriginatingBroker: m.OriginatingBroker.value()}
	for _, b := range m.Brokers {
		out.Brokers = append(out.Brokers, b.value())
	}
	for _, t := range m.Topics {
		out.Topics[t.Name] = t.value()
	}
	return out, nil
}

// partitionsOf reads a batch's list of partitions.
func partitionsOf(b *cabi.Batch, first, count uint32) []TopicPartition {
	out := make([]TopicPartition, count)
	var topic *string
	for i := range out {
		row := &b.Partitions[first+uint32(i)]
		name := b.Text(row.TopicOffset, row.TopicLen)
		if topic == nil || *topic != name {
			topic = &name
		}
		p := TopicPartition{Topic: topic, Partition: row.Partition, Offset: Offset(row.Offset)}
		if row.LeaderEpoch >= 0 {
			epoch := row.LeaderEpoch
			p.LeaderEpoch = &epoch
		}
		if row.MetadataLen >= 0 {
			text := b.Text(row.MetadataOffset, uint32(row.MetadataLen))
			p.Metadata = &text
		}
		if row.Code != 0 {
			p.Error = errorFromRow(row.Code, row.Flags, b.Text(row.MessageOffset, row.MessageLen))
		}
		out[i] = p
	}
	return out
}

func allPartitionsOf(b *cabi.Batch) []TopicPartition {
	return partitionsOf(b, 0, uint32(len(b.Partitions)))
}

// listOf is the border's form of partitions; each must have a topic.
func listOf(partitions []TopicPartition) (*cabi.List, error) {
	l := &cabi.List{Rows: make([]cabi.Partition, 0, len(partitions))}
	for _, p := range partitions {
		if p.Topic == nil || *p.Topic == "" {
			return nil, errorf(ErrInvalidArg, "a partition has no topic")
		}
		epoch := int32(-1)
		if p.LeaderEpoch != nil {
			epoch = *p.LeaderEpoch
		}
		l.Add(*p.Topic, p.Partition, int64(p.Offset), epoch, p.Metadata)
	}
	return l, nil
}

// timeOf is a timestamp in milliseconds as a time; -1 is none.
func timeOf(ms int64) time.Time {
	if ms < 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// mockOf opens the embedded broker that test.mock.num.brokers asks for, and points bootstrap.servers at it.
func mockOf(s *settings) (*MockCluster, error) {
	text, set := s.props["test.mock.num.brokers"]
	n, err := strconv.Atoi(text)
	if !set || err == nil && n == 0 {
		return nil, nil
	}
	if err != nil || n < 0 {
		return nil, errorf(ErrInvalidArg, "Invalid value %q for configuration property \"test.mock.num.brokers\"", text)
	}
	m, err := NewMockCluster(n)
	if err != nil {
		return nil, err
	}
	delete(s.props, "test.mock.num.brokers")
	s.props["bootstrap.servers"] = m.BootstrapServers()
	return m, nil
}

// logTo puts a line on a channel of Logs(), unless it is full: logging never holds up the client.
func logTo(ch chan LogEvent, name, tag, text string, level int) {
	if ch == nil {
		return
	}
	select {
	case ch <- LogEvent{Name: name, Tag: tag, Message: text, Level: level, Timestamp: time.Now()}:
	default:
	}
}
