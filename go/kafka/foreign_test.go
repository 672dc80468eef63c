//go:build cgo

package kafka

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// The client against a cluster that is not ours: Apache Kafka, started by tests/interop/test_against_kafka.py, which names it in
// WELLHEAD_TEST_BOOTSTRAP and runs this. Skipped where nobody does, since Java may be missing.
func TestAgainstKafka(t *testing.T) {
	address := os.Getenv("WELLHEAD_TEST_BOOTSTRAP")
	if address == "" {
		t.Skip("WELLHEAD_TEST_BOOTSTRAP names no cluster; the interop tests run this against Apache Kafka")
	}
	fresh := func(what string) string { return fmt.Sprintf("go-%s-%d", what, time.Now().UnixNano()) }
	conf := func(more ConfigMap) *ConfigMap {
		all := ConfigMap{"bootstrap.servers": address}
		for k, v := range more {
			all[k] = v
		}
		return &all
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	a, err := NewAdminClient(conf(nil))
	must(t, err)
	defer a.Close()

	for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		topic := fresh(codec)
		results, err := a.CreateTopics(ctx, []TopicSpecification{{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}})
		if err != nil || results[0].Error.Code() != ErrNoError {
			t.Fatal(results, err)
		}
		p, err := NewProducer(conf(ConfigMap{"compression.type": codec, "go.delivery.reports": true}))
		must(t, err)
		reports := make(chan Event, 1000)
		start := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
		for i := range 1000 {
			must(t, p.Produce(&Message{
				TopicPartition: to(topic, 0), Key: []byte("k"), Value: fmt.Appendf(nil, "v%d", i), Timestamp: start.Add(time.Duration(i) * time.Millisecond),
				Headers: []Header{{Key: "h", Value: []byte("1")}, {Key: "h", Value: nil}, {Key: "e", Value: []byte{}}},
			}, reports))
		}
		if left := p.Flush(int(patience / time.Millisecond)); left != 0 {
			t.Fatalf("%d messages are not delivered", left)
		}
		for i := range 1000 {
			m := (<-reports).(*Message)
			if m.TopicPartition.Error != nil || m.TopicPartition.Offset != Offset(i) {
				t.Fatalf("%s: %v", codec, m.TopicPartition)
			}
		}
		p.Close()

		group := fresh("group")
		c, err := NewConsumer(conf(ConfigMap{"group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": false}))
		must(t, err)
		must(t, c.Subscribe(topic, nil))
		for i := range 1000 {
			m := next(t, c)
			if string(m.Value) != fmt.Sprintf("v%d", i) || string(m.Key) != "k" || len(m.Headers) != 3 || m.Headers[1].Value != nil || m.Headers[2].Value == nil ||
				!m.Timestamp.Equal(start.Add(time.Duration(i)*time.Millisecond)) || m.TopicPartition.Offset != Offset(i) {
				t.Fatalf("%s: record %d is %v", codec, i, m)
			}
		}
		times, err := c.OffsetsForTimes([]TopicPartition{at(topic, 0, Offset(start.Add(700*time.Millisecond).UnixMilli()))}, int(patience/time.Millisecond))
		if err != nil || times[0].Offset != 700 {
			t.Error(times, err)
		}
		must(t, c.Seek(at(topic, 0, 990), int(patience/time.Millisecond)))
		if m := next(t, c); m.TopicPartition.Offset != 990 {
			t.Error(m)
		}
		note := "a note"
		offset := at(topic, 0, 500)
		offset.Metadata = &note
		_, err = c.CommitOffsets([]TopicPartition{offset})
		must(t, err)
		committed, err := c.Committed([]TopicPartition{to(topic, 0)}, int(patience/time.Millisecond))
		if err != nil || committed[0].Offset != 500 || committed[0].Metadata == nil || *committed[0].Metadata != note {
			t.Error(committed, err)
		}
		low, high, err := c.QueryWatermarkOffsets(topic, 0, int(patience/time.Millisecond))
		if low != 0 || high != 1000 || err != nil {
			t.Error(low, high, err)
		}
		described, err := a.DescribeConsumerGroups(ctx, []string{group})
		if err != nil || described.ConsumerGroupDescriptions[0].State != ConsumerGroupStateStable {
			t.Errorf("%+v %v", described, err)
		}
		must(t, c.Close())
		deleted, err := a.DeleteConsumerGroups(ctx, []string{group})
		if err != nil || deleted.ConsumerGroupResults[0].Error.Code() != ErrNoError {
			t.Errorf("%+v %v", deleted, err)
		}
		results, err = a.DeleteTopics(ctx, []string{topic})
		if err != nil || results[0].Error.Code() != ErrNoError {
			t.Error(results, err)
		}
	}
}
