//go:build cgo

package kafka

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// AdminClient manages topics, configurations, groups and offsets.
type AdminClient struct {
	handle uint64
	name   string
	mock   *MockCluster
	logs   chan LogEvent
	closed atomic.Bool
}

// NewAdminClient makes an admin. It does not wait for a broker.
func NewAdminClient(conf *ConfigMap) (*AdminClient, error) {
	s, err := readConfig(conf)
	if err != nil {
		return nil, err
	}
	a := &AdminClient{}
	if a.logs, err = s.logs(); err != nil {
		return nil, err
	}
	if a.mock, err = mockOf(s); err != nil {
		return nil, err
	}
	handle, e := cabi.AdminNew(s.list())
	if e != nil {
		if a.mock != nil {
			a.mock.Close()
		}
		return nil, errorFromC(e)
	}
	a.handle, a.name = handle, instanceName(s, "admin")
	return a, nil
}

func adminOf(handle uint64, closed bool, name string, logs chan LogEvent) (*AdminClient, error) {
	if closed {
		return nil, errClosed("client")
	}
	h, e := cabi.AdminOf(handle)
	if e != nil {
		return nil, errorFromC(e)
	}
	return &AdminClient{handle: h, name: name, logs: logs}, nil
}

// NewAdminClientFromProducer makes an admin with a producer's configuration. It is closed on its own.
func NewAdminClientFromProducer(p *Producer) (*AdminClient, error) {
	return adminOf(p.handle, p.IsClosed(), p.name, p.logs)
}

// NewAdminClientFromConsumer makes an admin with a consumer's configuration. It is closed on its own.
func NewAdminClientFromConsumer(c *Consumer) (*AdminClient, error) {
	return adminOf(c.handle, c.IsClosed(), c.name, c.logs)
}

// String is the admin's name.
func (a *AdminClient) String() string { return fmt.Sprintf("admin-%s", a.name) }

// IsClosed tells whether Close was called.
func (a *AdminClient) IsClosed() bool { return a.closed.Load() }

// Logs is the channel of log lines, nil unless go.logs.channel.enable.
func (a *AdminClient) Logs() chan LogEvent { return a.logs }

// Close cancels what is under way. A second call does nothing.
func (a *AdminClient) Close() {
	if a.closed.Swap(true) {
		return
	}
	cabi.AdminClose(a.handle)
	if a.mock != nil {
		a.mock.Close()
	}
}

// requestDefault is how long an operation takes at most when neither an option nor the context says.
const requestDefault = 60 * time.Second

// adminOptions are all options that there are; each operation reads those it knows.
type adminOptions struct {
	requestTimeout, operationTimeout time.Duration
	validateOnly                     bool
	readCommitted                    bool
	requireStable                    bool
	includeOperations                bool
	states                           []ConsumerGroupState
	types                            []ConsumerGroupType
}

func (o adminOptions) timeout() time.Duration {
	if o.requestTimeout > 0 {
		return o.requestTimeout
	}
	return max(requestDefault, o.operationTimeout)
}

// call runs one operation of the library.
func call[T any](ctx context.Context, a *AdminClient, o adminOptions, op string, request any) (T, error) {
	var none T
	if a.closed.Load() {
		return none, errClosed("admin")
	}
	text, err := json.Marshal(request)
	if err != nil {
		return none, errorf(ErrInvalidArg, "%v", err)
	}
	answer, err := blocking(ctx, func() ([]byte, error) {
		b, e := cabi.AdminCall(a.handle, op, text, millisOf(ctx, o.timeout()))
		return b, check(e)
	})
	if err != nil {
		return none, err
	}
	var out T
	if err := json.Unmarshal(answer, &out); err != nil {
		return none, errorf(ErrBadMsg, "the answer to %s cannot be read: %v", op, err)
	}
	return out, nil
}

// GetMetadata asks the cluster about one topic, or all of them.
func (a *AdminClient) GetMetadata(topic *string, allTopics bool, timeoutMs int) (*Metadata, error) {
	if a.closed.Load() {
		return nil, errClosed("admin")
	}
	return getMetadata(a.handle, topic, allTopics, timeoutMs)
}

// ClusterID is the cluster's id.
func (a *AdminClient) ClusterID(ctx context.Context) (string, error) {
	c, err := a.DescribeCluster(ctx)
	if err != nil || c.ClusterID == nil {
		return "", err
	}
	return *c.ClusterID, nil
}

// ControllerID is the id of the cluster's controller.
func (a *AdminClient) ControllerID(ctx context.Context) (int32, error) {
	c, err := a.DescribeCluster(ctx)
	if err != nil {
		return -1, err
	}
	if c.Controller == nil {
		return -1, nil
	}
	return int32(c.Controller.ID), nil
}

// TopicSpecification is a topic to create.
type TopicSpecification struct {
	Topic string
	// NumPartitions: 0 or -1 is the broker's default.
	NumPartitions int
	// ReplicationFactor: 0 or -1 is the broker's default.
	ReplicationFactor int
	// ReplicaAssignment has the replicas of each partition, instead of a factor.
	ReplicaAssignment [][]int32
	Config            map[string]string
}

// PartitionsSpecification says how many partitions a topic is to have.
type PartitionsSpecification struct {
	Topic      string
	IncreaseTo int
	// ReplicaAssignment has the replicas of each new partition.
	ReplicaAssignment [][]int32
}

// TopicResult is the outcome for one topic; Error's code is ErrNoError when it went well.
type TopicResult struct {
	Topic string
	Error Error
}

// String is the topic, with the error if there is one.
func (t TopicResult) String() string {
	if t.Error.code == ErrNoError {
		return t.Topic
	}
	return fmt.Sprintf("%s (%s)", t.Topic, t.Error.str)
}

type outcomeJSON struct {
	Name  string
	Error *errorJSON
}

func topicResults(all []outcomeJSON) []TopicResult {
	out := make([]TopicResult, len(all))
	for i, o := range all {
		out[i] = TopicResult{Topic: o.Name, Error: o.Error.value()}
	}
	return out
}

type object = map[string]any

func countOrDefault(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

func (a *AdminClient) createTopics(topics []TopicSpecification, o adminOptions) ([]TopicResult, error) {
	return a.createTopicsContext(context.Background(), topics, o)
}

func (a *AdminClient) createTopicsContext(ctx context.Context, topics []TopicSpecification, o adminOptions) ([]TopicResult, error) {
	list := make([]object, len(topics))
	for i, t := range topics {
		if len(t.ReplicaAssignment) > 0 && t.ReplicationFactor > 0 {
			return nil, errorf(ErrInvalidArg, "topic %s: ReplicationFactor and ReplicaAssignment exclude each other", t.Topic)
		}
		if t.NumPartitions > 0 && len(t.ReplicaAssignment) > 0 && len(t.ReplicaAssignment) != t.NumPartitions {
			return nil, errorf(ErrInvalidArg, "topic %s: ReplicaAssignment has %d partitions, NumPartitions is %d", t.Topic, len(t.ReplicaAssignment), t.NumPartitions)
		}
		list[i] = object{
			"name": t.Topic, "partitions": countOrDefault(t.NumPartitions), "replication": countOrDefault(t.ReplicationFactor),
			"assignment": t.ReplicaAssignment, "configs": t.Config,
		}
	}
	all, err := call[[]outcomeJSON](ctx, a, o, "create_topics", object{"topics": list, "validate_only": o.validateOnly})
	return topicResults(all), err
}

// CreateTopics creates topics; each one's outcome is in its result.
func (a *AdminClient) CreateTopics(ctx context.Context, topics []TopicSpecification, options ...CreateTopicsAdminOption) ([]TopicResult, error) {
	return a.createTopicsContext(ctx, topics, gather(options))
}

// DeleteTopics deletes topics; each one's outcome is in its result.
func (a *AdminClient) DeleteTopics(ctx context.Context, topics []string, options ...DeleteTopicsAdminOption) ([]TopicResult, error) {
	all, err := call[[]outcomeJSON](ctx, a, gather(options), "delete_topics", object{"topics": topics})
	return topicResults(all), err
}

// CreatePartitions adds partitions to topics; each one's outcome is in its result.
func (a *AdminClient) CreatePartitions(ctx context.Context, partitions []PartitionsSpecification, options ...CreatePartitionsAdminOption) ([]TopicResult, error) {
	o := gather(options)
	list := make([]object, len(partitions))
	for i, p := range partitions {
		list[i] = object{"name": p.Topic, "partitions": p.IncreaseTo, "assignment": p.ReplicaAssignment}
	}
	all, err := call[[]outcomeJSON](ctx, a, o, "create_partitions", object{"topics": list, "validate_only": o.validateOnly})
	return topicResults(all), err
}

type partitionJSON struct {
	Topic       string     `json:"topic"`
	Partition   int32      `json:"partition"`
	Offset      int64      `json:"offset"`
	LeaderEpoch int32      `json:"leader_epoch"`
	Metadata    *string    `json:"metadata,omitempty"`
	Error       *errorJSON `json:"error,omitempty"`
}

func toJSON(partitions []TopicPartition) ([]partitionJSON, error) {
	out := make([]partitionJSON, len(partitions))
	for i, p := range partitions {
		if p.Topic == nil || *p.Topic == "" {
			return nil, errorf(ErrInvalidArg, "a partition has no topic")
		}
		out[i] = partitionJSON{Topic: *p.Topic, Partition: p.Partition, Offset: int64(p.Offset), LeaderEpoch: -1, Metadata: p.Metadata}
		if p.LeaderEpoch != nil {
			out[i].LeaderEpoch = *p.LeaderEpoch
		}
	}
	return out, nil
}

func fromJSON(all []partitionJSON) []TopicPartition {
	out := make([]TopicPartition, len(all))
	for i := range all {
		p := &all[i]
		out[i] = TopicPartition{Topic: &p.Topic, Partition: p.Partition, Offset: Offset(p.Offset), Metadata: p.Metadata, Error: p.Error.plain()}
		if p.LeaderEpoch >= 0 {
			out[i].LeaderEpoch = &p.LeaderEpoch
		}
	}
	return out
}

// DeletedRecords is what DeleteRecords did to one partition.
type DeletedRecords struct {
	// LowWatermark is the first offset now.
	LowWatermark Offset
}

// DeleteRecordsResult is the outcome for one partition.
type DeleteRecordsResult struct {
	TopicPartition TopicPartition
	DeletedRecords *DeletedRecords
}

// DeleteRecordsResults are all outcomes.
type DeleteRecordsResults struct {
	DeleteRecordsResults []DeleteRecordsResult
}

// DeleteRecords deletes what lies before each offset; OffsetEnd is everything.
func (a *AdminClient) DeleteRecords(ctx context.Context, before []TopicPartition, options ...DeleteRecordsAdminOption) (DeleteRecordsResults, error) {
	list, err := toJSON(before)
	if err != nil {
		return DeleteRecordsResults{}, err
	}
	all, err := call[[]partitionJSON](ctx, a, gather(options), "delete_records", object{"partitions": list})
	if err != nil {
		return DeleteRecordsResults{}, err
	}
	var out DeleteRecordsResults
	for _, p := range fromJSON(all) {
		r := DeleteRecordsResult{TopicPartition: p}
		if p.Error == nil {
			r.DeletedRecords = &DeletedRecords{LowWatermark: p.Offset}
		}
		out.DeleteRecordsResults = append(out.DeleteRecordsResults, r)
	}
	return out, nil
}

// TopicCollection names topics.
type TopicCollection struct {
	topicNames []string
}

// NewTopicCollectionOfTopicNames names topics.
func NewTopicCollectionOfTopicNames(names []string) TopicCollection {
	return TopicCollection{topicNames: names}
}

// Node is a broker.
type Node struct {
	ID   int
	Host string
	Port int
	Rack *string
}

// String is host:port/id.
func (n Node) String() string { return fmt.Sprintf("%s:%d/%d", n.Host, n.Port, n.ID) }

// UUID is a topic's identity, as Kafka writes it.
type UUID struct {
	text string
}

// String is 22 characters of base64.
func (u UUID) String() string { return u.text }

// TopicPartitionInfo is a partition in a TopicDescription.
type TopicPartitionInfo struct {
	Partition int
	Leader    *Node
	Replicas  []Node
	Isr       []Node
}

// TopicDescription is what DescribeTopics tells of one topic.
type TopicDescription struct {
	Name                 string
	TopicID              UUID
	Error                Error
	IsInternal           bool
	Partitions           []TopicPartitionInfo
	AuthorizedOperations []ACLOperation
}

// DescribeTopicsResult has one description per topic.
type DescribeTopicsResult struct {
	TopicDescriptions []TopicDescription
}

func (b brokerJSON) node() Node { return Node{ID: int(b.ID), Host: b.Host, Port: b.Port, Rack: b.Rack} }

// DescribeTopics tells of topics, their partitions and replicas.
func (a *AdminClient) DescribeTopics(ctx context.Context, topics TopicCollection, options ...DescribeTopicsAdminOption) (DescribeTopicsResult, error) {
	var out DescribeTopicsResult
	o := gather(options)
	if len(topics.topicNames) == 0 {
		return out, errorf(ErrInvalidArg, "no topic is named")
	}
	all, err := call[[]topicJSON](ctx, a, o, "describe_topics", object{"topics": topics.topicNames})
	if err != nil {
		return out, err
	}
	cluster, err := a.describeCluster(ctx, o)
	if err != nil {
		return out, err
	}
	nodes := map[int32]Node{}
	for _, b := range cluster.Brokers {
		nodes[b.ID] = b.node()
	}
	node := func(id int32) Node {
		if n, ok := nodes[id]; ok {
			return n
		}
		return Node{ID: int(id), Port: -1}
	}
	for _, t := range all {
		d := TopicDescription{Name: t.Name, TopicID: UUID{t.ID}, Error: t.Error.value(), IsInternal: t.Internal}
		for _, p := range t.Partitions {
			info := TopicPartitionInfo{Partition: int(p.ID)}
			if p.Leader >= 0 {
				n := node(p.Leader)
				info.Leader = &n
			}
			for _, id := range p.Replicas {
				info.Replicas = append(info.Replicas, node(id))
			}
			for _, id := range p.Isr {
				info.Isr = append(info.Isr, node(id))
			}
			d.Partitions = append(d.Partitions, info)
		}
		out.TopicDescriptions = append(out.TopicDescriptions, d)
	}
	return out, nil
}

// DescribeClusterResult is what DescribeCluster tells.
type DescribeClusterResult struct {
	ClusterID            *string
	Controller           *Node
	Nodes                []Node
	AuthorizedOperations []ACLOperation
}

type clusterJSON struct {
	ClusterID    string `json:"cluster_id"`
	ControllerID int32  `json:"controller_id"`
	Brokers      []brokerJSON
}

func (a *AdminClient) describeCluster(ctx context.Context, o adminOptions) (clusterJSON, error) {
	return call[clusterJSON](ctx, a, o, "describe_cluster", object{})
}

// DescribeCluster tells of the cluster and its brokers.
func (a *AdminClient) DescribeCluster(ctx context.Context, options ...DescribeClusterAdminOption) (DescribeClusterResult, error) {
	c, err := a.describeCluster(ctx, gather(options))
	if err != nil {
		return DescribeClusterResult{}, err
	}
	out := DescribeClusterResult{ClusterID: &c.ClusterID}
	for _, b := range c.Brokers {
		n := b.node()
		out.Nodes = append(out.Nodes, n)
		if b.ID == c.ControllerID {
			out.Controller = &n
		}
	}
	return out, nil
}

// watermarks and offsetsForTimes serve the producer's calls of these names.
func (a *AdminClient) watermarks(topic string, partition int32, timeoutMs int) (low, high int64, err error) {
	ctx, cancel := contextOf(timeoutMs)
	defer cancel()
	tp := TopicPartition{Topic: &topic, Partition: partition}
	ask := func(spec OffsetSpec) (int64, error) {
		r, err := a.ListOffsets(ctx, map[TopicPartition]OffsetSpec{tp: spec})
		if err != nil {
			return 0, err
		}
		info := r.ResultInfos[tp]
		if info.Error.code != ErrNoError {
			return 0, info.Error
		}
		return int64(info.Offset), nil
	}
	if low, err = ask(EarliestOffsetSpec); err == nil {
		high, err = ask(LatestOffsetSpec)
	}
	return low, high, err
}

func (a *AdminClient) offsetsForTimes(times []TopicPartition, timeoutMs int) ([]TopicPartition, error) {
	ctx, cancel := contextOf(timeoutMs)
	defer cancel()
	asked := map[TopicPartition]OffsetSpec{}
	for _, t := range times {
		asked[TopicPartition{Topic: t.Topic, Partition: t.Partition}] = NewOffsetSpecForTimestamp(int64(t.Offset))
	}
	r, err := a.ListOffsets(ctx, asked)
	if err != nil {
		return nil, err
	}
	out := make([]TopicPartition, len(times))
	for i, t := range times {
		key := TopicPartition{Topic: t.Topic, Partition: t.Partition}
		out[i] = key
		info := r.ResultInfos[key]
		if out[i].Offset = info.Offset; info.Error.code != ErrNoError {
			out[i].Error = info.Error
		} else if info.Offset < 0 {
			out[i].Offset = OffsetEnd
		}
	}
	return out, nil
}

func contextOf(timeoutMs int) (context.Context, context.CancelFunc) {
	if timeoutMs < 0 {
		return context.WithCancel(context.Background())
	}
	return context.WithTimeout(context.Background(), time.Duration(timeoutMs)*time.Millisecond)
}

// OffsetSpec says which offset ListOffsets asks for: EarliestOffsetSpec, LatestOffsetSpec, MaxTimestampOffsetSpec, or a time.
type OffsetSpec int64

const (
	// MaxTimestampOffsetSpec is the offset of the latest timestamp.
	MaxTimestampOffsetSpec = OffsetSpec(-3)
	// EarliestOffsetSpec is the first offset.
	EarliestOffsetSpec = OffsetSpec(-2)
	// LatestOffsetSpec is the next offset.
	LatestOffsetSpec = OffsetSpec(-1)
)

// NewOffsetSpecForTimestamp is the first offset at or after this many milliseconds.
func NewOffsetSpecForTimestamp(timestamp int64) OffsetSpec { return OffsetSpec(timestamp) }

// ListOffsetsResultInfo is the outcome for one partition.
type ListOffsetsResultInfo struct {
	Offset      Offset
	Timestamp   int64
	LeaderEpoch *int32
	Error       Error
}

// ListOffsetsResult has the outcomes by the partitions asked for.
type ListOffsetsResult struct {
	ResultInfos map[TopicPartition]ListOffsetsResultInfo
}

// ListOffsets looks up offsets.
func (a *AdminClient) ListOffsets(ctx context.Context, partitions map[TopicPartition]OffsetSpec, options ...ListOffsetsAdminOption) (ListOffsetsResult, error) {
	o := gather(options)
	keys := make([]TopicPartition, 0, len(partitions))
	list := make([]object, 0, len(partitions))
	for tp, spec := range partitions {
		if tp.Topic == nil || *tp.Topic == "" {
			return ListOffsetsResult{}, errorf(ErrInvalidArg, "a partition has no topic")
		}
		entry := object{"topic": *tp.Topic, "partition": tp.Partition}
		switch spec {
		case MaxTimestampOffsetSpec:
			entry["spec"] = "max_timestamp"
		case EarliestOffsetSpec:
			entry["spec"] = "earliest"
		case LatestOffsetSpec:
			entry["spec"] = "latest"
		default:
			entry["timestamp"] = int64(spec)
		}
		keys, list = append(keys, tp), append(list, entry)
	}
	type listed struct {
		partitionJSON
		Timestamp int64
	}
	all, err := call[[]listed](ctx, a, o, "list_offsets", object{"partitions": list, "read_committed": o.readCommitted})
	if err != nil {
		return ListOffsetsResult{}, err
	}
	out := ListOffsetsResult{ResultInfos: map[TopicPartition]ListOffsetsResultInfo{}}
	for _, found := range all {
		for _, key := range keys {
			if *key.Topic != found.Topic || key.Partition != found.Partition {
				continue
			}
			info := ListOffsetsResultInfo{Offset: Offset(found.Offset), Timestamp: found.Timestamp, Error: found.Error.value()}
			if info.Error.code != ErrNoError {
				info.Offset = OffsetInvalid
			}
			if found.LeaderEpoch >= 0 {
				epoch := found.LeaderEpoch
				info.LeaderEpoch = &epoch
			}
			out.ResultInfos[key] = info
		}
	}
	return out, nil
}

// ConfigResource names what a configuration belongs to, and for AlterConfigs its entries.
type ConfigResource struct {
	Type   ResourceType
	Name   string
	Config []ConfigEntry
}

// String is type(name).
func (c ConfigResource) String() string { return fmt.Sprintf("Resource(%s, %s)", c.Type, c.Name) }

// ConfigEntry is one entry to set.
type ConfigEntry struct {
	Name  string
	Value string
	// IncrementalOperation is read by IncrementalAlterConfigs.
	IncrementalOperation AlterConfigOpType
}

// ConfigEntryResult is one entry as it is.
type ConfigEntryResult struct {
	Name        string
	Value       string
	Source      ConfigSource
	IsReadOnly  bool
	IsDefault   bool
	IsSensitive bool
	IsSynonym   bool
	Synonyms    map[string]ConfigEntryResult
}

// String is name=value with the source.
func (c ConfigEntryResult) String() string {
	return fmt.Sprintf("%s=%q (%s)", c.Name, c.Value, c.Source)
}

// ConfigResourceResult is the outcome for one resource.
type ConfigResourceResult struct {
	Type   ResourceType
	Name   string
	Error  Error
	Config map[string]ConfigEntryResult
}

// String is type(name), with the error if there is one.
func (c ConfigResourceResult) String() string {
	if c.Error.code != ErrNoError {
		return fmt.Sprintf("ResourceResult(%s, %s, Error: %v)", c.Type, c.Name, c.Error)
	}
	return fmt.Sprintf("ResourceResult(%s, %s, %d entries)", c.Type, c.Name, len(c.Config))
}

type configJSON struct {
	Type    ResourceType
	Name    string
	Error   *errorJSON
	Entries []struct {
		Name, Value string
		ReadOnly    bool `json:"read_only"`
		IsDefault   bool `json:"is_default"`
		Sensitive   bool
		Source      ConfigSource
		Synonyms    []struct {
			Name, Value string
			Source      ConfigSource
		}
	}
}

func configResults(all []configJSON) []ConfigResourceResult {
	out := make([]ConfigResourceResult, len(all))
	for i, r := range all {
		out[i] = ConfigResourceResult{Type: r.Type, Name: r.Name, Error: r.Error.value(), Config: map[string]ConfigEntryResult{}}
		for _, e := range r.Entries {
			entry := ConfigEntryResult{
				Name: e.Name, Value: e.Value, Source: e.Source, IsReadOnly: e.ReadOnly, IsDefault: e.IsDefault, IsSensitive: e.Sensitive,
				Synonyms: map[string]ConfigEntryResult{},
			}
			for _, s := range e.Synonyms {
				entry.Synonyms[s.Name] = ConfigEntryResult{Name: s.Name, Value: s.Value, Source: s.Source, IsSynonym: true}
			}
			out[i].Config[e.Name] = entry
		}
	}
	return out
}

// DescribeConfigs tells the configuration of topics, brokers and groups.
func (a *AdminClient) DescribeConfigs(ctx context.Context, resources []ConfigResource, options ...DescribeConfigsAdminOption) ([]ConfigResourceResult, error) {
	list := make([]object, len(resources))
	for i, r := range resources {
		list[i] = object{"type": r.Type.wire(), "name": r.Name}
	}
	all, err := call[[]configJSON](ctx, a, gather(options), "describe_configs", object{"resources": list})
	return configResults(all), err
}

// AlterConfigs replaces all entries of each resource. IncrementalAlterConfigs is usually what is wanted.
func (a *AdminClient) AlterConfigs(ctx context.Context, resources []ConfigResource, options ...AlterConfigsAdminOption) ([]ConfigResourceResult, error) {
	o := gather(options)
	list := make([]object, len(resources))
	for i, r := range resources {
		configs := map[string]string{}
		for _, e := range r.Config {
			configs[e.Name] = e.Value
		}
		list[i] = object{"type": r.Type.wire(), "name": r.Name, "configs": configs}
	}
	all, err := call[[]configJSON](ctx, a, o, "alter_configs", object{"resources": list, "validate_only": o.validateOnly})
	return configResults(all), err
}

// IncrementalAlterConfigs changes the entries that are named.
func (a *AdminClient) IncrementalAlterConfigs(ctx context.Context, resources []ConfigResource, options ...AlterConfigsAdminOption) ([]ConfigResourceResult, error) {
	o := gather(options)
	list := make([]object, len(resources))
	for i, r := range resources {
		changes := make([]object, len(r.Config))
		for j, e := range r.Config {
			changes[j] = object{"name": e.Name, "op": int(e.IncrementalOperation), "value": e.Value}
		}
		list[i] = object{"type": r.Type.wire(), "name": r.Name, "changes": changes}
	}
	all, err := call[[]configJSON](ctx, a, o, "incremental_alter_configs", object{"resources": list, "validate_only": o.validateOnly})
	return configResults(all), err
}

// StringMapToConfigEntries makes entries of a map, for AlterConfigs.
func StringMapToConfigEntries(stringMap map[string]string, operation AlterOperation) []ConfigEntry {
	out := make([]ConfigEntry, 0, len(stringMap))
	for name, value := range stringMap {
		out = append(out, ConfigEntry{Name: name, Value: value})
	}
	return out
}

// StringMapToIncrementalConfigEntries makes entries of a map, for IncrementalAlterConfigs.
func StringMapToIncrementalConfigEntries(stringMap map[string]string, operations map[string]AlterConfigOpType) []ConfigEntry {
	out := make([]ConfigEntry, 0, len(stringMap))
	for name, value := range stringMap {
		out = append(out, ConfigEntry{Name: name, Value: value, IncrementalOperation: operations[name]})
	}
	return out
}
