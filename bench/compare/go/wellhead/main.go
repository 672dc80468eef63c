// Wellhead's Go client, measured: a record a call, its report on Events(); a record a Poll. confluent-kafka-go is measured with the same
// program: clients.py changes the import line and nothing else.
package main

import (
	"log"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"

	"compare/measure"
)

// many reads many messages a call, where the library can (many.go).
var many func(c *kafka.Consumer, each func(m *kafka.Message))

func main() {
	r := measure.Parse()
	switch {
	case r.Verb == "produce":
		produce(r)
	case r.Verb == "consume-many" && many == nil:
		log.Fatal("this client reads a message a call")
	default:
		consume(r)
	}
}

func produce(r measure.Run) {
	p, err := kafka.NewProducer(&kafka.ConfigMap{
		"bootstrap.servers": r.Bootstrap, "acks": "all", "linger.ms": 5, "go.batch.producer": true, "go.delivery.report.fields": "none",
		"queue.buffering.max.messages": 1_000_000,
	})
	measure.Check(err)
	_, err = p.GetMetadata(&r.Topic, false, 10_000)
	measure.Check(err)
	done := make(chan struct{})
	value := r.Values()
	c := r.Start()
	go func() {
		defer close(done)
		for n := 0; n < r.Records; {
			if m, ok := (<-p.Events()).(*kafka.Message); ok {
				measure.Check(m.TopicPartition.Error)
				n++
			}
		}
	}()
	for i := range r.Records {
		m := &kafka.Message{TopicPartition: kafka.TopicPartition{Topic: &r.Topic, Partition: kafka.PartitionAny}, Value: value(i)}
		for {
			err := p.Produce(m, nil)
			if e, ok := err.(kafka.Error); ok && e.Code() == kafka.ErrQueueFull {
				time.Sleep(time.Millisecond)
				continue
			}
			measure.Check(err)
			break
		}
	}
	for p.Flush(1000) > 0 {
	}
	<-done
	c.Report(r.Records)
	p.Close()
}

func consume(r measure.Run) {
	consumer, err := kafka.NewConsumer(&kafka.ConfigMap{
		"bootstrap.servers": r.Bootstrap, "group.id": "compare", "enable.auto.commit": false,
		// librdkafka stops fetching for a second when its queue is full; this is what its users set who read fast.
		"fetch.queue.backoff.ms": 10,
	})
	measure.Check(err)
	var all []kafka.TopicPartition
	for p := range r.Partitions {
		all = append(all, kafka.TopicPartition{Topic: &r.Topic, Partition: int32(p), Offset: kafka.OffsetBeginning})
	}
	_, err = consumer.GetMetadata(&r.Topic, false, 10_000)
	measure.Check(err)
	c := r.Start()
	measure.Check(consumer.Assign(all))
	size, n := 0, 0
	for n < r.Records {
		if r.Verb == "consume-many" {
			many(consumer, func(m *kafka.Message) {
				size += len(m.Value)
				n++
			})
		} else if m, ok := consumer.Poll(1000).(*kafka.Message); ok {
			size += len(m.Value)
			n++
		}
	}
	c.Report(n)
	if size != n*r.Size {
		log.Fatalf("%d bytes came, not %d", size, n*r.Size)
	}
	measure.Check(consumer.Close())
}
