// franz-go, measured: a promise a record, and its batches of fetches.
package main

import (
	"context"
	"log"
	"sync"
	"time"

	"compare/measure"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	r := measure.Parse()
	if r.Verb == "produce" {
		produce(r)
	} else {
		consume(r)
	}
}

func produce(r measure.Run) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(r.Bootstrap), kgo.DefaultProduceTopic(r.Topic), kgo.ProducerLinger(5*time.Millisecond), kgo.MaxBufferedRecords(1_000_000),
		kgo.ProducerBatchMaxBytes(1_000_000), kgo.ProducerBatchCompression(kgo.NoCompression()))
	measure.Check(err)
	measure.Check(cl.Ping(context.Background()))
	value := r.Values()
	var done sync.WaitGroup
	done.Add(r.Records)
	c := r.Start()
	for i := range r.Records {
		cl.Produce(context.Background(), &kgo.Record{Value: value(i)}, func(_ *kgo.Record, err error) {
			measure.Check(err)
			done.Done()
		})
	}
	done.Wait()
	c.Report(r.Records)
	cl.Close()
}

func consume(r measure.Run) {
	from := map[int32]kgo.Offset{}
	for p := range r.Partitions {
		from[int32(p)] = kgo.NewOffset().AtStart()
	}
	c := r.Start()
	cl, err := kgo.NewClient(kgo.SeedBrokers(r.Bootstrap), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{r.Topic: from}))
	measure.Check(err)
	n, size := 0, 0
	for n < r.Records {
		fetches := cl.PollFetches(context.Background())
		fetches.EachError(func(_ string, _ int32, err error) { log.Fatal(err) })
		fetches.EachRecord(func(k *kgo.Record) {
			n++
			size += len(k.Value)
		})
	}
	c.Report(n)
	if size != n*r.Size {
		log.Fatalf("%d bytes came, not %d", size, n*r.Size)
	}
	cl.Close()
}
