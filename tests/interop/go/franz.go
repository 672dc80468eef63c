package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type franz struct {
	address string
	kgo     *kgo.Client
	admin   *kadm.Client
}

func openFranz(address string) (client, error) {
	c, err := kgo.NewClient(kgo.SeedBrokers(address))
	if err != nil {
		return nil, err
	}
	return &franz{address, c, kadm.NewClient(c)}, nil
}

func (f *franz) close() { f.kgo.Close() }

func wait() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func (f *franz) write(topic, codec string, maxBytes int, records []record) error {
	codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
	options := []kgo.Opt{kgo.SeedBrokers(f.address), kgo.ProducerBatchCompression(codecs[codec]), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(20)}
	if maxBytes > 0 {
		options = append(options, kgo.ProducerBatchMaxBytes(int32(maxBytes)))
	}
	c, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, cancel := wait()
	defer cancel()
	all := make([]*kgo.Record, len(records))
	for i, r := range records {
		all[i] = &kgo.Record{Topic: topic, Partition: r.Partition, Key: r.Key, Value: r.Value, Timestamp: time.UnixMilli(r.Timestamp)}
		for _, h := range r.Headers {
			all[i].Headers = append(all[i].Headers, kgo.RecordHeader{Key: h.Name, Value: h.Value})
		}
	}
	return c.ProduceSync(ctx, all...).FirstErr()
}

type franzMember struct{ kgo *kgo.Client }

func (f *franz) join(group, topic, reset string) (member, error) {
	start := map[string]kgo.Offset{"earliest": kgo.NewOffset().AtStart(), "latest": kgo.NewOffset().AtEnd()}
	c, err := kgo.NewClient(kgo.SeedBrokers(f.address), kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(start[reset]),
		kgo.DisableAutoCommit(), kgo.FetchMaxWait(250*time.Millisecond))
	return &franzMember{c}, err
}

func (m *franzMember) poll(d time.Duration) ([]record, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	fetches := m.kgo.PollFetches(ctx)
	var out []record
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) {
			return nil, e.Err
		}
	}
	for _, r := range fetches.Records() {
		row := record{Key: r.Key, Value: r.Value, Timestamp: r.Timestamp.UnixMilli(), Partition: r.Partition, Offset: r.Offset}
		for _, h := range r.Headers {
			row.Headers = append(row.Headers, header{h.Key, h.Value})
		}
		out = append(out, row)
	}
	if len(out) > 0 {
		ctx, cancel := wait()
		defer cancel()
		// A commit that a rebalance overtook fails; the records are then read again by whoever has the partition now.
		if err := m.kgo.CommitUncommittedOffsets(ctx); err != nil && !rebalanced(code(err)) {
			return nil, err
		}
	}
	return out, nil
}

func (m *franzMember) leave() error {
	m.kgo.Close()
	return nil
}

// rebalanced says whether a commit with this code came from a member of a generation that is over.
func rebalanced(code int) bool { return code == 22 || code == 25 || code == 27 }

func (f *franz) commit(group, topic string, partition int32, offset int64, metadata string) error {
	ctx, cancel := wait()
	defer cancel()
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: topic, Partition: partition, At: offset, LeaderEpoch: -1, Metadata: metadata})
	got, err := f.admin.CommitOffsets(ctx, group, offsets)
	if err != nil {
		return err
	}
	return got.Error()
}

func (f *franz) committed(group, topic string, partition int32) (int64, string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := f.admin.FetchOffsets(ctx, group)
	if err != nil {
		return 0, "", err
	}
	o, ok := got.Lookup(topic, partition)
	if !ok {
		return -1, "", nil
	}
	return o.At, o.Metadata, o.Err
}

func (f *franz) offset(topic string, partition int32, at int64) (int64, error) {
	ctx, cancel := wait()
	defer cancel()
	var got kadm.ListedOffsets
	var err error
	switch at {
	case latest:
		got, err = f.admin.ListEndOffsets(ctx, topic)
	case earliest:
		got, err = f.admin.ListStartOffsets(ctx, topic)
	default:
		got, err = f.admin.ListOffsetsAfterMilli(ctx, at, topic)
	}
	if err != nil {
		return 0, err
	}
	o, ok := got.Lookup(topic, partition)
	if !ok {
		return 0, fmt.Errorf("no offset came for %s-%d", topic, partition)
	}
	if at >= 0 && o.Timestamp == -1 {
		return -1, o.Err // kadm gives the end of the partition where no record is as late
	}
	return o.Offset, o.Err
}

func (f *franz) create(topic string, partitions int, configs map[string]string) error {
	ctx, cancel := wait()
	defer cancel()
	values := map[string]*string{}
	for k, v := range configs {
		values[k] = &v
	}
	_, err := f.admin.CreateTopic(ctx, int32(partitions), 1, values, topic)
	return err
}

func (f *franz) grow(topic string, partitions int) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := f.admin.UpdatePartitions(ctx, partitions, topic)
	if err != nil {
		return err
	}
	return got.Error()
}

func (f *franz) remove(topic string) error {
	ctx, cancel := wait()
	defer cancel()
	_, err := f.admin.DeleteTopic(ctx, topic)
	return err
}

func (f *franz) topics() (map[string]int, error) {
	ctx, cancel := wait()
	defer cancel()
	// Not by kadm's ListTopics, whose cache leaves out a topic right after a change to it.
	got, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, f.kgo)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, t := range got.Topics {
		out[*t.Topic] = len(t.Partitions)
	}
	return out, nil
}

func (f *franz) config(topic, name string) (string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := f.admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return "", err
	}
	for _, c := range got[0].Configs {
		if c.Key == name {
			return c.MaybeValue(), nil
		}
	}
	return "", got[0].Err
}

func (f *franz) alter(topic, name, value string) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := f.admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: name, Value: &value}}, topic)
	if err != nil {
		return err
	}
	return got[0].Err
}

func (f *franz) deleteRecords(topic string, partition int32, before int64) error {
	ctx, cancel := wait()
	defer cancel()
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: topic, Partition: partition, At: before})
	got, err := f.admin.DeleteRecords(ctx, offsets)
	if err != nil {
		return err
	}
	return got.Error()
}

func (f *franz) groups() ([]string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := f.admin.ListGroups(ctx)
	return got.Groups(), err
}

func (f *franz) describe(group string) (string, int, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := f.admin.DescribeGroups(ctx, group)
	if err != nil {
		return "", 0, err
	}
	g := got[group]
	return g.State, len(g.Members), g.Err
}

func (f *franz) removeGroup(group string) error {
	ctx, cancel := wait()
	defer cancel()
	_, err := f.admin.DeleteGroup(ctx, group)
	return err
}

// code is Kafka's code of an error, whichever library it is from; -1 where it has none.
func code(err error) int {
	if f := (failure{}); errors.As(err, &f) {
		return f.code
	}
	if k := (*kerr.Error)(nil); errors.As(err, &k) {
		return int(k.Code)
	}
	for _, of := range []func(error) (int, bool){saramaCode, segmentioCode, confluentCode} {
		if c, ok := of(err); ok {
			return c
		}
	}
	return -1
}
