//go:build cgo

package kafka

import (
	"context"
	"testing"
)

// Records of 100 bytes through the embedded broker, durably; an operation is a record.

func BenchmarkProduce(b *testing.B) {
	p := testProducer(b, testBroker(b), ConfigMap{"go.delivery.reports": false, "linger.ms": 5})
	m := &Message{TopicPartition: to("bench", 0), Value: make([]byte, 100)}
	b.SetBytes(100)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if err := p.ProduceContext(context.Background(), m, nil); err != nil {
			b.Fatal(err)
		}
	}
	if n := p.Flush(60_000); n != 0 {
		b.Fatal(n)
	}
}

func BenchmarkConsume(b *testing.B) {
	broker := testBroker(b)
	p := testProducer(b, broker, ConfigMap{"go.delivery.reports": false})
	m := &Message{TopicPartition: to("bench", 0), Value: make([]byte, 100)}
	for range b.N {
		must(b, p.ProduceContext(context.Background(), m, nil))
	}
	if n := p.Flush(60_000); n != 0 {
		b.Fatal(n)
	}
	c := testConsumer(b, broker, "bench", ConfigMap{"enable.auto.commit": false})
	must(b, c.Assign([]TopicPartition{at("bench", 0, OffsetBeginning)}))
	b.SetBytes(100)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := c.ReadMessage(patience); err != nil {
			b.Fatal(err)
		}
	}
}
