//go:build cgo

package kafka

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"
)

// patience bounds what a test waits for; nothing is expected to take that long.
const patience = 30 * time.Second

// testBroker is an embedded broker for one test.
func testBroker(t testing.TB) *Broker {
	t.Helper()
	b, err := NewBroker(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func testProducer(t testing.TB, b *Broker, conf ConfigMap) *Producer {
	t.Helper()
	all := ConfigMap{"bootstrap.servers": b.BootstrapServers()}
	for k, v := range conf {
		all[k] = v
	}
	p, err := NewProducer(&all)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func testConsumer(t testing.TB, b *Broker, group string, conf ConfigMap) *Consumer {
	t.Helper()
	all := ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": group, "auto.offset.reset": "earliest"}
	for k, v := range conf {
		all[k] = v
	}
	c, err := NewConsumer(&all)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !c.IsClosed() {
			must(t, c.Close())
		}
	})
	return c
}

func testTopic(t testing.TB, b *Broker, topic string, partitions int) {
	t.Helper()
	a, err := NewAdminClient(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	results, err := a.CreateTopics(context.Background(), []TopicSpecification{{Topic: topic, NumPartitions: partitions}})
	if err != nil || results[0].Error.Code() != ErrNoError {
		t.Fatal(results, err)
	}
}

func to(topic string, partition int32) TopicPartition {
	return TopicPartition{Topic: &topic, Partition: partition}
}

func at(topic string, partition int32, offset Offset) TopicPartition {
	return TopicPartition{Topic: &topic, Partition: partition, Offset: offset}
}

// fill produces v0 ... to one partition and waits until all is there.
func fill(t testing.TB, p *Producer, topic string, partition int32, from, n int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		must(t, p.Produce(&Message{TopicPartition: to(topic, partition), Value: fmt.Appendf(nil, "v%d", i)}, nil))
	}
	if left := p.Flush(int(patience / time.Millisecond)); left != 0 {
		t.Fatalf("%d messages are not delivered", left)
	}
}

// next reads one message.
func next(t testing.TB, c *Consumer) *Message {
	t.Helper()
	m, err := c.ReadMessage(patience)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, code ErrorCode) {
	t.Helper()
	e, ok := err.(Error)
	if !ok || e.Code() != code {
		t.Fatalf("%v (%T), not %v", err, err, code)
	}
}

// nowhere is an address that refuses connections: its port is taken by a socket that does not listen.
func nowhere(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	must(t, err)
	t.Cleanup(func() { syscall.Close(fd) })
	must(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	name, err := syscall.Getsockname(fd)
	must(t, err)
	return fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
}
