package main

import (
	"context"
	"errors"
	"time"

	ck "github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

type confluent struct {
	address string
	admin   *ck.AdminClient
}

func openConfluent(address string) (client, error) {
	admin, err := ck.NewAdminClient(&ck.ConfigMap{"bootstrap.servers": address})
	return &confluent{address, admin}, err
}

func confluentCode(err error) (int, bool) {
	var k ck.Error
	if errors.As(err, &k) {
		return int(k.Code()), true
	}
	return 0, false
}

func (c *confluent) close() { c.admin.Close() }

func (c *confluent) write(topic, codec string, maxBytes int, records []record) error {
	config := ck.ConfigMap{"bootstrap.servers": c.address, "compression.type": codec, "linger.ms": 5, "go.delivery.report.fields": "none"}
	if maxBytes > 0 {
		config["message.max.bytes"] = maxBytes
	}
	p, err := ck.NewProducer(&config)
	if err != nil {
		return err
	}
	defer p.Close()
	reports := make(chan ck.Event, len(records))
	for _, r := range records {
		m := &ck.Message{TopicPartition: ck.TopicPartition{Topic: &topic, Partition: r.Partition}, Key: r.Key, Value: r.Value, Timestamp: time.UnixMilli(r.Timestamp)}
		for _, h := range r.Headers {
			m.Headers = append(m.Headers, ck.Header{Key: h.Name, Value: h.Value})
		}
		if err := p.Produce(m, reports); err != nil {
			return err
		}
	}
	end := time.After(patience)
	for range records {
		select {
		case e := <-reports:
			if m, ok := e.(*ck.Message); ok && m.TopicPartition.Error != nil {
				return m.TopicPartition.Error
			}
		case <-end:
			return errors.New("not every record was reported")
		}
	}
	return nil
}

type confluentMember struct{ consumer *ck.Consumer }

func (c *confluent) consumer(group, reset string) (*ck.Consumer, error) {
	return ck.NewConsumer(&ck.ConfigMap{"bootstrap.servers": c.address, "group.id": group, "auto.offset.reset": reset, "enable.auto.commit": false,
		"check.crcs": true, "fetch.wait.max.ms": 250, "heartbeat.interval.ms": 300})
}

func (c *confluent) join(group, topic, reset string) (member, error) {
	consumer, err := c.consumer(group, reset)
	if err != nil {
		return nil, err
	}
	return &confluentMember{consumer}, consumer.Subscribe(topic, nil)
}

func (m *confluentMember) poll(d time.Duration) ([]record, error) {
	var out []record
	for end := time.Now().Add(d); ; {
		left := time.Until(end)
		if len(out) > 0 {
			left = 20 * time.Millisecond // the first is waited for; what is there with it is taken along
		}
		if left <= 0 {
			break
		}
		message, err := m.consumer.ReadMessage(left)
		if err != nil {
			if c, _ := confluentCode(err); ck.ErrorCode(c) == ck.ErrTimedOut {
				break
			}
			return out, err
		}
		row := record{Key: message.Key, Value: message.Value, Timestamp: message.Timestamp.UnixMilli(), Partition: message.TopicPartition.Partition, Offset: int64(message.TopicPartition.Offset)}
		for _, h := range message.Headers {
			row.Headers = append(row.Headers, header{h.Key, h.Value})
		}
		out = append(out, row)
	}
	if len(out) > 0 {
		if _, err := m.consumer.Commit(); err != nil && !rebalanced(code(err)) && code(err) != int(ck.ErrNoOffset) {
			return out, err
		}
	}
	return out, nil
}

func (m *confluentMember) leave() error { return m.consumer.Close() }

func (c *confluent) commit(group, topic string, partition int32, offset int64, metadata string) error {
	consumer, err := c.consumer(group, "earliest")
	if err != nil {
		return err
	}
	defer consumer.Close()
	got, err := consumer.CommitOffsets([]ck.TopicPartition{{Topic: &topic, Partition: partition, Offset: ck.Offset(offset), Metadata: &metadata}})
	if err != nil {
		return err
	}
	return got[0].Error
}

func (c *confluent) committed(group, topic string, partition int32) (int64, string, error) {
	consumer, err := c.consumer(group, "earliest")
	if err != nil {
		return 0, "", err
	}
	defer consumer.Close()
	got, err := consumer.Committed([]ck.TopicPartition{{Topic: &topic, Partition: partition}}, int(patience.Milliseconds()))
	if err != nil {
		return 0, "", err
	}
	if got[0].Offset < 0 {
		return -1, "", got[0].Error
	}
	metadata := ""
	if got[0].Metadata != nil {
		metadata = *got[0].Metadata
	}
	return int64(got[0].Offset), metadata, got[0].Error
}

func (c *confluent) offset(topic string, partition int32, at int64) (int64, error) {
	consumer, err := c.consumer("offsets", "earliest")
	if err != nil {
		return 0, err
	}
	defer consumer.Close()
	if at < 0 {
		low, high, err := consumer.QueryWatermarkOffsets(topic, partition, int(patience.Milliseconds()))
		if at == earliest {
			return low, err
		}
		return high, err
	}
	got, err := consumer.OffsetsForTimes([]ck.TopicPartition{{Topic: &topic, Partition: partition, Offset: ck.Offset(at)}}, int(patience.Milliseconds()))
	if err != nil {
		return 0, err
	}
	return max(int64(got[0].Offset), -1), got[0].Error // "end" is -1 here, and so is "none" of the tests
}

func firstTopicError(results []ck.TopicResult, err error) error {
	if err != nil {
		return err
	}
	if results[0].Error.Code() != ck.ErrNoError {
		return results[0].Error
	}
	return nil
}

func (c *confluent) create(topic string, partitions int, configs map[string]string) error {
	ctx, cancel := wait()
	defer cancel()
	return firstTopicError(c.admin.CreateTopics(ctx, []ck.TopicSpecification{{Topic: topic, NumPartitions: partitions, ReplicationFactor: 1, Config: configs}}))
}

func (c *confluent) grow(topic string, partitions int) error {
	ctx, cancel := wait()
	defer cancel()
	return firstTopicError(c.admin.CreatePartitions(ctx, []ck.PartitionsSpecification{{Topic: topic, IncreaseTo: partitions}}))
}

func (c *confluent) remove(topic string) error {
	ctx, cancel := wait()
	defer cancel()
	return firstTopicError(c.admin.DeleteTopics(ctx, []string{topic}))
}

func (c *confluent) topics() (map[string]int, error) {
	got, err := c.admin.GetMetadata(nil, true, int(patience.Milliseconds()))
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for name, t := range got.Topics {
		out[name] = len(t.Partitions)
	}
	return out, nil
}

func (c *confluent) config(topic, name string) (string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := c.admin.DescribeConfigs(ctx, []ck.ConfigResource{{Type: ck.ResourceTopic, Name: topic}})
	if err != nil {
		return "", err
	}
	if got[0].Error.Code() != ck.ErrNoError {
		return "", got[0].Error
	}
	return got[0].Config[name].Value, nil
}

func (c *confluent) alter(topic, name, value string) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := c.admin.IncrementalAlterConfigs(ctx, []ck.ConfigResource{{Type: ck.ResourceTopic, Name: topic,
		Config: []ck.ConfigEntry{{Name: name, Value: value, IncrementalOperation: ck.AlterConfigOpTypeSet}}}})
	if err != nil {
		return err
	}
	if got[0].Error.Code() != ck.ErrNoError {
		return got[0].Error
	}
	return nil
}

func (c *confluent) deleteRecords(topic string, partition int32, before int64) error {
	ctx, cancel := wait()
	defer cancel()
	got, err := c.admin.DeleteRecords(ctx, []ck.TopicPartition{{Topic: &topic, Partition: partition, Offset: ck.Offset(before)}})
	if err != nil {
		return err
	}
	return got.DeleteRecordsResults[0].TopicPartition.Error
}

func (c *confluent) groups() ([]string, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := c.admin.ListConsumerGroups(ctx)
	var out []string
	for _, g := range got.Valid {
		out = append(out, g.GroupID)
	}
	return out, err
}

func (c *confluent) describe(group string) (string, int, error) {
	ctx, cancel := wait()
	defer cancel()
	got, err := c.admin.DescribeConsumerGroups(ctx, []string{group})
	if err != nil {
		return "", 0, err
	}
	g := got.ConsumerGroupDescriptions[0]
	if g.Error.Code() != ck.ErrNoError {
		return "", 0, g.Error
	}
	return g.State.String(), len(g.Members), nil
}

func (c *confluent) removeGroup(group string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got, err := c.admin.DeleteConsumerGroups(ctx, []string{group})
	if err != nil {
		return err
	}
	if e := got.ConsumerGroupResults[0].Error; e.Code() != ck.ErrNoError {
		return e
	}
	return nil
}
