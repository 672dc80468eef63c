//go:build cgo

package kafka

import (
	"fmt"
	"testing"
	"time"
)

func TestSmoke(t *testing.T) {
	b, err := NewBroker(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	topic := "smoke"
	start := time.Now()
	for i := range 1000 {
		if err := p.Produce(&Message{TopicPartition: TopicPartition{Topic: &topic, Partition: PartitionAny}, Value: fmt.Appendf(nil, "v%d", i)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	t.Log("flush", p.Flush(10000), time.Since(start))
	c, err := NewConsumer(&ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": "g", "auto.offset.reset": "earliest"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Assign([]TopicPartition{{Topic: &topic, Partition: 0, Offset: OffsetBeginning}})
	start = time.Now()
	for n := 0; n < 1000; n++ {
		m, err := c.ReadMessage(10 * time.Second)
		if err != nil {
			t.Fatal(n, err)
		}
		if string(m.Value) != fmt.Sprintf("v%d", n) && n == 0 {
			t.Log(m, string(m.Value))
		}
	}
	t.Log("consumed", time.Since(start))
	x, err := c.Commit()
	t.Log(x, err)
}
