package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
)

type segmentio struct {
	address string
	client  *kafka.Client
}

func openSegmentio(address string) (client, error) {
	// The default transport keeps the cluster's layout for seconds; the tests ask right after they changed it.
	return &segmentio{address, &kafka.Client{Addr: kafka.TCP(address), Timeout: patience, Transport: &kafka.Transport{MetadataTTL: 50 * time.Millisecond}}}, nil
}

func segmentioCode(err error) (int, bool) {
	var k kafka.Error
	var written kafka.WriteErrors
	var large kafka.MessageTooLargeError
	switch {
	case errors.As(err, &large):
		return int(kafka.MessageSizeTooLarge), true
	case errors.As(err, &written):
		for _, e := range written {
			if e != nil {
				return segmentioCode(e)
			}
		}
	case errors.As(err, &k):
		return int(k), true
	}
	return 0, false
}

func (s *segmentio) close() {}

// chosen puts each message where its record says.
type chosen struct{}

func (chosen) Balance(m kafka.Message, _ ...int) int { return m.WriterData.(int) }

func (s *segmentio) write(topic, codec string, maxBytes int, records []record) error {
	codecs := map[string]kafka.Compression{"none": 0, "gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd}
	w := &kafka.Writer{Addr: kafka.TCP(s.address), Topic: topic, Balancer: chosen{}, RequiredAcks: kafka.RequireAll, Compression: codecs[codec],
		AllowAutoTopicCreation: true, BatchTimeout: 5 * time.Millisecond, Transport: s.client.Transport}
	if maxBytes > 0 {
		w.BatchBytes = int64(maxBytes)
	}
	defer w.Close()
	ctx, cancel := wait()
	defer cancel()
	all := make([]kafka.Message, len(records))
	for i, r := range records {
		all[i] = kafka.Message{Key: r.Key, Value: r.Value, Time: time.UnixMilli(r.Timestamp), WriterData: int(r.Partition)}
		for _, h := range r.Headers {
			all[i].Headers = append(all[i].Headers, kafka.Header{Key: h.Name, Value: h.Value})
		}
	}
	return w.WriteMessages(ctx, all...)
}

type segmentioMember struct{ reader *kafka.Reader }

func (s *segmentio) join(group, topic, reset string) (member, error) {
	start := map[string]int64{"earliest": kafka.FirstOffset, "latest": kafka.LastOffset}
	return &segmentioMember{kafka.NewReader(kafka.ReaderConfig{Brokers: []string{s.address}, GroupID: group, Topic: topic, StartOffset: start[reset],
		MinBytes: 1, MaxBytes: 10 << 20, MaxWait: 250 * time.Millisecond, HeartbeatInterval: 200 * time.Millisecond, JoinGroupBackoff: 100 * time.Millisecond,
		RebalanceTimeout: 10 * time.Second})}, nil
}

func (m *segmentioMember) poll(d time.Duration) ([]record, error) {
	var out []record
	var got []kafka.Message
	for {
		ctx, cancel := context.WithTimeout(context.Background(), d)
		message, err := m.reader.FetchMessage(ctx)
		cancel()
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, io.EOF) {
				return out, err
			}
			break
		}
		d = 20 * time.Millisecond // the first is waited for; what is there with it is taken along
		row := record{Key: message.Key, Value: message.Value, Timestamp: message.Time.UnixMilli(), Partition: int32(message.Partition), Offset: message.Offset}
		for _, h := range message.Headers {
			row.Headers = append(row.Headers, header{h.Key, h.Value})
		}
		out, got = append(out, row), append(got, message)
	}
	if len(got) > 0 {
		ctx, cancel := wait()
		defer cancel()
		if err := m.reader.CommitMessages(ctx, got...); err != nil && !rebalanced(code(err)) {
			return out, err
		}
	}
	return out, nil
}

func (m *segmentioMember) leave() error { return m.reader.Close() }

func (s *segmentio) commit(group, topic string, partition int32, offset int64, metadata string) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.OffsetCommit(ctx, &kafka.OffsetCommitRequest{GroupID: group, GenerationID: -1,
		Topics: map[string][]kafka.OffsetCommit{topic: {{Partition: int(partition), Offset: offset, Metadata: metadata}}}})
	if err != nil {
		return err
	}
	return got.Topics[topic][0].Error
}

func (s *segmentio) committed(group, topic string, partition int32) (int64, string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: {int(partition)}}})
	if err != nil {
		return 0, "", err
	}
	p := got.Topics[topic][0]
	return p.CommittedOffset, p.Metadata, errors.Join(got.Error, p.Error)
}

func (s *segmentio) offset(topic string, partition int32, at int64) (int64, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: {{Partition: int(partition), Timestamp: at}}}})
	if err != nil {
		return 0, err
	}
	p := got.Topics[topic][0]
	switch at {
	case latest:
		return p.LastOffset, p.Error
	case earliest:
		return p.FirstOffset, p.Error
	}
	for offset := range p.Offsets {
		return offset, p.Error
	}
	return -1, p.Error
}

func (s *segmentio) create(topic string, partitions int, configs map[string]string) error {
	ctx, cancel := wait()
	defer cancel()
	var entries []kafka.ConfigEntry
	for k, v := range configs {
		entries = append(entries, kafka.ConfigEntry{ConfigName: k, ConfigValue: v})
	}
	got, err := s.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: entries}}})
	if err != nil {
		return err
	}
	return got.Errors[topic]
}

func (s *segmentio) grow(topic string, partitions int) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: topic, Count: int32(partitions)}}})
	if err != nil {
		return err
	}
	return got.Errors[topic]
}

func (s *segmentio) remove(topic string) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{topic}})
	if err != nil {
		return err
	}
	return got.Errors[topic]
}

func (s *segmentio) topics() (map[string]int, error) {
	// A connection of its own: the client answers from the layout it keeps.
	conn, err := kafka.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	got, err := conn.ReadPartitions()
	out := map[string]int{}
	for _, p := range got {
		out[p.Topic]++
	}
	return out, err
}

func (s *segmentio) config(topic, name string) (string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{
		{ResourceType: kafka.ResourceTypeTopic, ResourceName: topic, ConfigNames: []string{name}}}})
	if err != nil {
		return "", err
	}
	if err := got.Resources[0].Error; err != nil {
		return "", err
	}
	for _, e := range got.Resources[0].ConfigEntries {
		if e.ConfigName == name {
			return e.ConfigValue, nil
		}
	}
	return "", fmt.Errorf("no config %s came", name)
}

func (s *segmentio) alter(topic, name, value string) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{
		{ResourceType: kafka.ResourceTypeTopic, ResourceName: topic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: name, Value: value, ConfigOperation: kafka.ConfigOperationSet}}}}})
	if err != nil {
		return err
	}
	return got.Resources[0].Error
}

func (s *segmentio) deleteRecords(string, int32, int64) error { return errLacks }

func (s *segmentio) groups() ([]string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.ListGroups(ctx, &kafka.ListGroupsRequest{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, g := range got.Groups {
		out = append(out, g.GroupID)
	}
	return out, got.Error
}

func (s *segmentio) describe(group string) (string, int, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{group}})
	if err != nil {
		return "", 0, err
	}
	g := got.Groups[0]
	return g.GroupState, len(g.Members), g.Error
}

func (s *segmentio) removeGroup(group string) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := s.client.DeleteGroups(ctx, &kafka.DeleteGroupsRequest{GroupIDs: []string{group}})
	if err != nil {
		return err
	}
	return got.Errors[group]
}
