package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

type saramaClient struct {
	address string
	client  sarama.Client
	admin   sarama.ClusterAdmin
}

func saramaConfig() *sarama.Config {
	c := sarama.NewConfig()
	c.Version = sarama.MaxVersion
	c.Producer.RequiredAcks = sarama.WaitForAll
	c.Producer.Return.Successes = true
	c.Producer.Partitioner = sarama.NewManualPartitioner
	c.Consumer.Return.Errors = true
	c.Consumer.Offsets.AutoCommit.Enable = false
	return c
}

func openSarama(address string) (client, error) {
	c, err := sarama.NewClient([]string{address}, saramaConfig())
	if err != nil {
		return nil, err
	}
	admin, err := sarama.NewClusterAdminFromClient(c)
	return &saramaClient{address, c, admin}, err
}

func saramaCode(err error) (int, bool) {
	var k sarama.KError
	var produced sarama.ProducerErrors
	var topic *sarama.TopicError
	switch {
	case errors.As(err, &produced):
		return saramaCode(produced[0].Err)
	case errors.As(err, &topic):
		return int(topic.Err), true
	case errors.As(err, &k):
		return int(k), true
	}
	return 0, false
}

func (s *saramaClient) close() { _ = s.admin.Close() }

func (s *saramaClient) write(topic, codec string, maxBytes int, records []record) error {
	c := saramaConfig()
	if err := c.Producer.Compression.UnmarshalText([]byte(codec)); err != nil {
		return err
	}
	if maxBytes > 0 {
		c.Producer.MaxMessageBytes = maxBytes
	}
	p, err := sarama.NewSyncProducer([]string{s.address}, c)
	if err != nil {
		return err
	}
	defer p.Close()
	all := make([]*sarama.ProducerMessage, len(records))
	for i, r := range records {
		all[i] = &sarama.ProducerMessage{Topic: topic, Partition: r.Partition, Timestamp: time.UnixMilli(r.Timestamp)}
		if r.Key != nil {
			all[i].Key = sarama.ByteEncoder(r.Key)
		}
		if r.Value != nil {
			all[i].Value = sarama.ByteEncoder(r.Value)
		}
		for _, h := range r.Headers {
			all[i].Headers = append(all[i].Headers, sarama.RecordHeader{Key: []byte(h.Name), Value: h.Value})
		}
	}
	return p.SendMessages(all)
}

// saramaMember turns the library's handler into polls: the claims put what they read into one channel.
type saramaMember struct {
	group   sarama.ConsumerGroup
	cancel  context.CancelFunc
	done    chan struct{}
	records chan claimed
	failed  chan error
}

type claimed struct {
	session sarama.ConsumerGroupSession
	message *sarama.ConsumerMessage
}

func (m *saramaMember) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (m *saramaMember) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (m *saramaMember) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		select {
		case m.records <- claimed{session, message}:
		case <-session.Context().Done():
			return nil
		}
	}
	return nil
}

func (s *saramaClient) join(group, topic, reset string) (member, error) {
	c := saramaConfig()
	c.Consumer.Offsets.Initial = map[string]int64{"earliest": sarama.OffsetOldest, "latest": sarama.OffsetNewest}[reset]
	c.Consumer.MaxWaitTime = 250 * time.Millisecond
	g, err := sarama.NewConsumerGroup([]string{s.address}, group, c)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &saramaMember{group: g, cancel: cancel, done: make(chan struct{}), records: make(chan claimed), failed: make(chan error, 100)}
	var once sync.WaitGroup
	once.Go(func() {
		for err := range g.Errors() {
			m.failed <- err
		}
	})
	go func() {
		defer close(m.done)
		for ctx.Err() == nil {
			if err := g.Consume(ctx, []string{topic}, m); err != nil && ctx.Err() == nil {
				m.failed <- err
				return
			}
		}
	}()
	return m, nil
}

func (m *saramaMember) poll(d time.Duration) ([]record, error) {
	var out []record
	end := time.After(d)
	var session sarama.ConsumerGroupSession
	for {
		// The first is waited for; what is there with it is taken along.
		var more <-chan time.Time = end
		if len(out) > 0 {
			more = time.After(20 * time.Millisecond)
		}
		select {
		case c := <-m.records:
			row := record{Key: c.message.Key, Value: c.message.Value, Timestamp: c.message.Timestamp.UnixMilli(), Partition: c.message.Partition, Offset: c.message.Offset}
			for _, h := range c.message.Headers {
				row.Headers = append(row.Headers, header{string(h.Key), h.Value})
			}
			out = append(out, row)
			session = c.session
			session.MarkMessage(c.message, "")
			continue
		case err := <-m.failed:
			if c, _ := saramaCode(err); rebalanced(c) {
				continue
			}
			return out, err
		case <-more:
		}
		if session != nil {
			session.Commit()
		}
		return out, nil
	}
}

func (m *saramaMember) leave() error {
	m.cancel()
	// A claim that waits to hand over its record ends with its session.
	<-m.done
	return m.group.Close()
}

func (s *saramaClient) commit(group, topic string, partition int32, offset int64, metadata string) error {
	om, err := sarama.NewOffsetManagerFromClient(group, s.client)
	if err != nil {
		return err
	}
	p, err := om.ManagePartition(topic, partition)
	if err != nil {
		return err
	}
	p.MarkOffset(offset, metadata)
	om.Commit()
	p.AsyncClose()
	if err := om.Close(); err != nil {
		return err
	}
	for e := range p.Errors() {
		return e.Err
	}
	return nil
}

func (s *saramaClient) committed(group, topic string, partition int32) (int64, string, error) {
	got, err := s.admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: {partition}})
	if err != nil {
		return 0, "", err
	}
	b := got.GetBlock(topic, partition)
	if b.Err != sarama.ErrNoError {
		return 0, "", b.Err
	}
	return b.Offset, b.Metadata, nil
}

func (s *saramaClient) offset(topic string, partition int32, at int64) (int64, error) {
	return s.client.GetOffset(topic, partition, at) // the ends have the numbers of the wire
}

func (s *saramaClient) create(topic string, partitions int, configs map[string]string) error {
	entries := map[string]*string{}
	for k, v := range configs {
		entries[k] = &v
	}
	return s.admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: int32(partitions), ReplicationFactor: 1, ConfigEntries: entries}, false)
}

func (s *saramaClient) grow(topic string, partitions int) error {
	return s.admin.CreatePartitions(topic, int32(partitions), nil, false)
}

func (s *saramaClient) remove(topic string) error { return s.admin.DeleteTopic(topic) }

func (s *saramaClient) topics() (map[string]int, error) {
	got, err := s.admin.ListTopics()
	out := map[string]int{}
	for name, t := range got {
		out[name] = int(t.NumPartitions)
	}
	return out, err
}

func (s *saramaClient) config(topic, name string) (string, error) {
	got, err := s.admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: topic, ConfigNames: []string{name}})
	if err != nil || len(got) == 0 {
		return "", err
	}
	return got[0].Value, nil
}

func (s *saramaClient) alter(topic, name, value string) error {
	return s.admin.IncrementalAlterConfig(sarama.TopicResource, topic,
		map[string]sarama.IncrementalAlterConfigsEntry{name: {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &value}}, false)
}

func (s *saramaClient) deleteRecords(topic string, partition int32, before int64) error {
	return s.admin.DeleteRecords(topic, map[int32]int64{partition: before})
}

func (s *saramaClient) groups() ([]string, error) {
	got, err := s.admin.ListConsumerGroups()
	var out []string
	for name := range got {
		out = append(out, name)
	}
	return out, err
}

func (s *saramaClient) describe(group string) (string, int, error) {
	got, err := s.admin.DescribeConsumerGroups([]string{group})
	if err != nil {
		return "", 0, err
	}
	if got[0].Err != sarama.ErrNoError {
		return "", 0, got[0].Err
	}
	return got[0].State, len(got[0].Members), nil
}

func (s *saramaClient) removeGroup(group string) error { return s.admin.DeleteConsumerGroup(group) }
