//go:build cgo

package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestDeliveryReports(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, nil)
	topic := "reports"
	when := time.UnixMilli(1_700_000_000_123)
	value := []byte("value")
	sent := &Message{
		TopicPartition: to(topic, 0), Key: []byte("key"), Value: value, Opaque: 42, Timestamp: when, Headers: []Header{{"h", []byte("1")}, {"h", nil}},
	}
	delivery := make(chan Event, 1)
	must(t, p.Produce(sent, delivery))
	// All was copied: what the application does with its buffer is of no matter.
	copy(value, "XXXXX")
	m := (<-delivery).(*Message)
	must(t, m.TopicPartition.Error)
	if *m.TopicPartition.Topic != topic || m.TopicPartition.Partition != 0 || m.TopicPartition.Offset != 0 {
		t.Error(m)
	}
	if string(m.Key) != "key" || string(m.Value) != "value" || m.Opaque != 42 || m.Headers != nil || !m.Timestamp.Equal(when) || m.TimestampType != TimestampCreateTime {
		t.Errorf("%+v", m)
	}
	if p.Len() != 0 && p.Flush(1000) != 0 {
		t.Error("something is under way")
	}
	// To Events().
	must(t, p.Produce(&Message{TopicPartition: to(topic, PartitionAny), Value: []byte("second")}, nil))
	select {
	case ev := <-p.Events():
		if m := ev.(*Message); m.TopicPartition.Error != nil || m.TopicPartition.Offset != 1 || m.Key != nil {
			t.Error(m)
		}
	case <-time.After(patience):
		t.Fatal("no report")
	}
}

func TestReportFields(t *testing.T) {
	b := testBroker(t)
	for fields, want := range map[string][3]bool{"all": {true, true, true}, "none": {}, "key": {true, false, false}, "value,headers": {false, true, true}} {
		p := testProducer(t, b, ConfigMap{"go.delivery.report.fields": fields})
		m, err := p.ProduceSync(context.Background(), &Message{TopicPartition: to("fields", 0), Key: []byte("k"), Value: []byte("v"), Headers: []Header{{"h", nil}}})
		must(t, err)
		if got := [3]bool{m.Key != nil, m.Value != nil, m.Headers != nil}; got != want {
			t.Errorf("%s: %v", fields, got)
		}
	}
	// No reports: Events() stays silent, a channel of one's own does not.
	p := testProducer(t, b, ConfigMap{"go.delivery.reports": false})
	events := p.Events()
	fill(t, p, "fields", 0, 0, 10)
	if _, err := p.ProduceSync(context.Background(), &Message{TopicPartition: to("fields", 0)}); err != nil {
		t.Error(err)
	}
	select {
	case ev := <-events:
		t.Error(ev)
	default:
	}
}

func TestNullIsNotEmpty(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, nil)
	topic := "nulls"
	for _, m := range []Message{{}, {Key: []byte{}, Value: []byte{}}, {Key: []byte("k")}, {Value: []byte("v"), Headers: []Header{{"a", nil}, {"a", []byte{}}, {"", []byte("x")}}}} {
		m.TopicPartition = to(topic, 0)
		must(t, p.Produce(&m, nil))
	}
	if p.Flush(30_000) != 0 {
		t.Fatal("not delivered")
	}
	c := testConsumer(t, b, "nulls", nil)
	must(t, c.Assign([]TopicPartition{at(topic, 0, OffsetBeginning)}))
	for i, want := range []string{"[] [] true true", "[] [] false false", "[107] [] false true", "[] [118] true false"} {
		m := next(t, c)
		if got := fmt.Sprint(m.Key, m.Value, m.Key == nil, m.Value == nil); got != want {
			t.Errorf("%d: %s", i, got)
		}
		if i == 3 {
			if got := fmt.Sprint(m.Headers); got != `[a=nil a=<empty> ="x"]` {
				t.Error(got)
			}
		}
	}
}

func TestProduceMistakes(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, ConfigMap{"message.max.bytes": 2000})
	empty := ""
	wantCode(t, p.Produce(nil, nil), ErrInvalidArg)
	wantCode(t, p.Produce(&Message{}, nil), ErrInvalidArg)
	wantCode(t, p.Produce(&Message{TopicPartition: TopicPartition{Topic: &empty}}, nil), ErrInvalidArg)
	wantCode(t, p.Produce(&Message{TopicPartition: to("t", 0), Value: make([]byte, 3000)}, nil), ErrMsgSizeTooLarge)
	// What only the library can tell comes as a report.
	_, err := p.ProduceSync(context.Background(), &Message{TopicPartition: to("not a name", 0)})
	wantCode(t, err, ErrInvalidArg)
	testTopic(t, b, "small", 1)
	_, err = p.ProduceSync(context.Background(), &Message{TopicPartition: to("small", 7)})
	wantCode(t, err, ErrUnknownPartition)
	p.Close()
	p.Close()
	wantCode(t, p.Produce(&Message{TopicPartition: to("t", 0)}, nil), ErrState)
	if !p.IsClosed() || p.Flush(100) != 0 {
		t.Error("not closed")
	}
	_, err = p.GetMetadata(nil, true, 100)
	wantCode(t, err, ErrState)
}

func TestQueueFull(t *testing.T) {
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": nowhere(t), "queue.buffering.max.messages": 10, "message.timeout.ms": 1000})
	must(t, err)
	defer p.Close()
	m := &Message{TopicPartition: to("full", 0), Value: []byte("x")}
	for range 10 {
		must(t, p.Produce(m, nil))
	}
	wantCode(t, p.Produce(m, nil), ErrQueueFull)
	if p.Len() != 10 {
		t.Error(p.Len())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := p.ProduceContext(ctx, m, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	// When the messages have timed out there is room, and their reports say so.
	must(t, p.ProduceContext(context.Background(), m, nil))
	for range 10 {
		select {
		case ev := <-p.Events():
			if e := ev.(*Message).TopicPartition.Error; !errors.Is(e, ErrMsgTimedOut) {
				t.Error(e)
			}
		case <-time.After(patience):
			t.Fatal("no report")
		}
	}
}

func TestPurge(t *testing.T) {
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": nowhere(t)})
	must(t, err)
	defer p.Close()
	for range 5 {
		must(t, p.Produce(&Message{TopicPartition: to("purged", 0)}, nil))
	}
	if n := p.Flush(10); n != 5 {
		t.Error(n)
	}
	must(t, p.Purge(PurgeQueue|PurgeInFlight))
	for range 5 {
		select {
		case ev := <-p.Events():
			if e := ev.(*Message).TopicPartition.Error; !errors.Is(e, ErrPurgeQueue) && !errors.Is(e, ErrPurgeInflight) {
				t.Error(e)
			}
		case <-time.After(patience):
			t.Fatal("no report")
		}
	}
	if n := p.Flush(int(patience / time.Millisecond)); n != 0 {
		t.Error(n)
	}
}

func TestFlush(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, ConfigMap{"linger.ms": 60_000})
	// Nobody has asked for Events(): their reports do not hold the flush up. And a flush does not linger.
	started := time.Now()
	fill(t, p, "flushed", 0, 0, 100)
	if time.Since(started) > 20*time.Second {
		t.Error("the flush lingered")
	}
	// Asked for and not read, they do.
	events := p.Events()
	must(t, p.Produce(&Message{TopicPartition: to("flushed", 0)}, nil))
	for p.Flush(50) != 1 || p.Len() != 1 || len(events) != 1 {
		if time.Since(started) > patience {
			t.Fatal(p.Len(), len(events))
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if n, err := p.FlushContext(ctx); n != 1 || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(n, err)
	}
	<-events
	if n := p.Flush(1000); n != 0 {
		t.Error(n)
	}
}

func TestProduceChannel(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, ConfigMap{"go.produce.channel.size": 10})
	events := p.Events()
	go func() {
		for i := range 500 {
			p.ProduceChannel() <- &Message{TopicPartition: to("channel", 0), Opaque: i}
		}
	}()
	for i := range 500 {
		select {
		case ev := <-events:
			if m := ev.(*Message); m.TopicPartition.Error != nil || m.Opaque != i || m.TopicPartition.Offset != Offset(i) {
				t.Fatal(m, m.Opaque, i)
			}
		case <-time.After(patience):
			t.Fatal("no report")
		}
	}
}

// Many goroutines, many topics; each message's report has its own key.
func TestConcurrentProduce(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, nil)
	var all sync.WaitGroup
	for g := range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			topic := fmt.Sprintf("many-%d", g%3)
			delivery := make(chan Event, 100)
			for round := range 10 {
				for i := range 100 {
					key := fmt.Appendf(nil, "%d-%d-%d", g, round, i)
					if err := p.ProduceContext(context.Background(), &Message{TopicPartition: to(topic, PartitionAny), Key: key, Value: bytes.Repeat(key, i), Opaque: string(key)}, delivery); err != nil {
						t.Error(err)
						return
					}
				}
				for range 100 {
					m := (<-delivery).(*Message)
					if m.TopicPartition.Error != nil || *m.TopicPartition.Topic != topic || string(m.Key) != m.Opaque.(string) || !bytes.HasPrefix(append(m.Value, m.Key...), m.Key) {
						t.Error(m, m.Opaque, string(m.Key))
						return
					}
				}
			}
		}()
	}
	all.Wait()
	if n := p.Flush(1000); n != 0 {
		t.Error(n)
	}
}

func TestCloseWithMessagesUnderWay(t *testing.T) {
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": nowhere(t)})
	must(t, err)
	events := p.Events()
	unread := make(chan Event)
	for range 100 {
		must(t, p.Produce(&Message{TopicPartition: to("lost", 0)}, nil))
		must(t, p.Produce(&Message{TopicPartition: to("lost", 0)}, unread))
	}
	started := time.Now()
	p.Close()
	if took := time.Since(started); took > 5*time.Second {
		t.Error(took)
	}
	for range events {
	}
}

func TestProducerAsksTheCluster(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, nil)
	testTopic(t, b, "asked", 3)
	fill(t, p, "asked", 2, 0, 10)
	topic := "asked"
	m, err := p.GetMetadata(&topic, false, 10_000)
	must(t, err)
	if len(m.Brokers) != 1 || len(m.Topics["asked"].Partitions) != 3 || m.Topics["asked"].Error.Code() != ErrNoError || m.Topics["asked"].Partitions[2].Leader != m.Brokers[0].ID {
		t.Errorf("%+v", m)
	}
	if all, err := p.GetMetadata(nil, true, 10_000); err != nil || len(all.Topics) == 0 {
		t.Error(all, err)
	}
	low, high, err := p.QueryWatermarkOffsets("asked", 2, 10_000)
	if low != 0 || high != 10 || err != nil {
		t.Error(low, high, err)
	}
	for ms, want := range map[int64]Offset{1: 0, time.Now().Add(time.Hour).UnixMilli(): OffsetEnd} {
		found, err := p.OffsetsForTimes([]TopicPartition{at("asked", 2, Offset(ms))}, 10_000)
		if err != nil || len(found) != 1 || found[0].Offset != want {
			t.Error(ms, found, err)
		}
	}
	wantCode(t, p.InitTransactions(context.Background()), ErrNotImplemented)
	must(t, p.GetFatalError())
}
