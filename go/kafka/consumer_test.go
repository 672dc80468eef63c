//go:build cgo

package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestConsumeInAGroup(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, nil)
	fill(t, p, "in", 0, 0, 5000)
	c := testConsumer(t, b, "g", nil)
	must(t, c.SubscribeTopics([]string{"in"}, nil))
	for i := range 5000 {
		m := next(t, c)
		if string(m.Value) != fmt.Sprintf("v%d", i) || m.TopicPartition.Offset != Offset(i) || *m.TopicPartition.Topic != "in" || m.Timestamp.IsZero() {
			t.Fatal(i, m, string(m.Value))
		}
	}
	if topics, err := c.Subscription(); err != nil || !slices.Equal(topics, []string{"in"}) {
		t.Error(topics, err)
	}
	if a, err := c.Assignment(); err != nil || len(a) != 1 || a[0].Partition != 0 {
		t.Error(a, err)
	}
	if meta, err := c.GetConsumerGroupMetadata(); err != nil || meta.groupID != "g" || meta.memberID == "" || meta.generationID < 1 {
		t.Error(meta, err)
	}
	// Time runs out.
	started := time.Now()
	m, err := c.ReadMessage(30 * time.Millisecond)
	if m != nil || time.Since(started) < 30*time.Millisecond {
		t.Error(m)
	}
	wantCode(t, err, ErrTimedOut)
	if !err.(Error).IsTimeout() {
		t.Error(err)
	}
	if ev := c.Poll(0); ev != nil {
		t.Error(ev)
	}
	// What comes while it waits is there at once.
	read := make(chan *Message)
	go func() {
		m, _ := c.ReadMessage(-1)
		read <- m
	}()
	must(t, p.Produce(&Message{TopicPartition: to("in", 0), Value: []byte("late")}, nil))
	select {
	case m := <-read:
		if string(m.Value) != "late" {
			t.Error(m)
		}
	case <-time.After(patience):
		t.Fatal("not woken")
	}
}

// A topic that does not exist yet is waited for.
func TestSubscribeBeforeTheTopicExists(t *testing.T) {
	b := testBroker(t)
	c := testConsumer(t, b, "early", nil)
	must(t, c.Subscribe("later", nil))
	p := testProducer(t, b, nil)
	produced := make(chan error, 1)
	go func() {
		_, err := p.ProduceSync(context.Background(), &Message{TopicPartition: to("later", PartitionAny), Value: []byte("Hello Kafka!")})
		produced <- err
	}()
	defer func() {
		if err := <-produced; err != nil {
			t.Error(err)
		}
	}()
	end := time.Now().Add(patience)
	for time.Now().Before(end) {
		m, err := c.ReadMessage(patience)
		if err != nil {
			t.Log(err) // an error about the missing topic is not the end
			continue
		}
		if string(m.Value) != "Hello Kafka!" {
			t.Error(m)
		}
		return
	}
	t.Fatal("nothing came")
}

// What was fetched is not what was consumed: the next member goes on after the last message that was returned.
func TestCommitFollowsWhatWasReturned(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "half", 0, 0, 1000)
	for i, how := range []struct {
		conf   ConfigMap
		commit func(c *Consumer, last *Message) ([]TopicPartition, error)
	}{
		{nil, func(c *Consumer, _ *Message) ([]TopicPartition, error) { return nil, nil }}, // by Close
		{ConfigMap{"enable.auto.commit": false}, func(c *Consumer, _ *Message) ([]TopicPartition, error) { return c.Commit() }},
		{ConfigMap{"enable.auto.commit": false}, func(c *Consumer, m *Message) ([]TopicPartition, error) { return c.CommitMessage(m) }},
		{ConfigMap{"enable.auto.commit": false, "enable.auto.offset.store": false}, func(c *Consumer, m *Message) ([]TopicPartition, error) {
			if _, err := c.StoreMessage(m); err != nil {
				return nil, err
			}
			return c.Commit()
		}},
		{ConfigMap{"enable.auto.commit": "false"}, func(c *Consumer, m *Message) ([]TopicPartition, error) {
			return c.CommitOffsets([]TopicPartition{at("half", 0, m.TopicPartition.Offset+1)})
		}},
	} {
		group := fmt.Sprint("half-", i)
		c := testConsumer(t, b, group, how.conf)
		must(t, c.Subscribe("half", nil))
		var m *Message
		for range 10 {
			m = next(t, c)
		}
		if pos, err := c.Position([]TopicPartition{to("half", 0)}); err != nil || pos[0].Offset != 10 {
			t.Error(i, pos, err)
		}
		done, err := how.commit(c, m)
		must(t, err)
		if len(done) > 0 && (done[0].Offset != 10 || done[0].Error != nil) {
			t.Error(i, done)
		}
		if i == 0 {
			if _, err := c.StoreMessage(m); !errors.Is(err, ErrInvalidArg) {
				t.Error(err)
			}
		}
		must(t, c.Close())
		again := testConsumer(t, b, group, nil)
		committed, err := again.Committed([]TopicPartition{to("half", 0)}, 10_000)
		if err != nil || committed[0].Offset != 10 {
			t.Error(i, committed, err)
		}
		must(t, again.Subscribe("half", nil))
		if m := next(t, again); m.TopicPartition.Offset != 10 {
			t.Error(i, m)
		}
	}
	c := testConsumer(t, b, "nothing", nil)
	_, err := c.Commit()
	wantCode(t, err, ErrNoOffset)
	_, err = c.CommitMessage(&Message{TopicPartition: TopicPartition{Error: errorOf(ErrFail)}})
	wantCode(t, err, ErrInvalidArg)
}

func TestAssignSeekPause(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, nil)
	testTopic(t, b, "parts", 2)
	fill(t, p, "parts", 0, 0, 3000)
	fill(t, p, "parts", 1, 0, 3000)
	c := testConsumer(t, b, "byhand", ConfigMap{"enable.auto.commit": false})
	must(t, c.Assign([]TopicPartition{at("parts", 0, 5), at("parts", 1, OffsetTail(10))}))
	seen := map[int32][]Offset{}
	for len(seen[0]) < 1 || len(seen[1]) < 10 {
		m := next(t, c)
		seen[m.TopicPartition.Partition] = append(seen[m.TopicPartition.Partition], m.TopicPartition.Offset)
	}
	if seen[0][0] != 5 || seen[1][0] != 2990 {
		t.Error(seen[0][:1], seen[1])
	}
	// Seek: nothing fetched before comes.
	must(t, c.Seek(at("parts", 0, 2000), 0))
	if m := next(t, c); m.TopicPartition.Partition != 0 || m.TopicPartition.Offset != 2000 {
		t.Error(m)
	}
	done, err := c.SeekPartitions([]TopicPartition{at("parts", 0, 100), at("parts", 7, 0)})
	if err != nil || done[0].Error != nil || done[1].Error == nil {
		t.Error(done, err)
	}
	if m := next(t, c); m.TopicPartition.Offset != 100 {
		t.Error(m)
	}
	// Paused in the middle of a batch: it goes on where it was.
	must(t, c.Pause([]TopicPartition{to("parts", 0)}))
	if m, err := c.ReadMessage(50 * time.Millisecond); err == nil {
		t.Error(m)
	}
	must(t, c.Resume([]TopicPartition{to("parts", 0)}))
	for i := 101; i < 3000; i++ {
		if m := next(t, c); m.TopicPartition.Offset != Offset(i) {
			t.Fatal(m, i)
		}
	}
	// Assigned anew without an offset: it goes on.
	must(t, c.Seek(at("parts", 1, 0), 0))
	for range 5 {
		next(t, c)
	}
	must(t, c.Assign([]TopicPartition{at("parts", 1, OffsetInvalid)}))
	if m := next(t, c); m.TopicPartition.Offset != 5 || m.TopicPartition.Partition != 1 {
		t.Error(m)
	}
	must(t, c.Unassign())
	if m, err := c.ReadMessage(20 * time.Millisecond); err == nil {
		t.Error(m)
	}
	must(t, c.IncrementalAssign([]TopicPartition{at("parts", 0, 7)}))
	if m := next(t, c); m.TopicPartition.Offset != 7 {
		t.Error(m)
	}
	must(t, c.IncrementalUnassign([]TopicPartition{to("parts", 0)}))
	if a, err := c.Assignment(); err != nil || len(a) != 0 {
		t.Error(a, err)
	}
	wantCode(t, c.Assign([]TopicPartition{{}}), ErrInvalidArg)
	if c.GetRebalanceProtocol() != "NONE" || c.AssignmentLost() {
		t.Error("membership")
	}
}

func TestConsumerAsksTheCluster(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "known", 0, 0, 100)
	c := testConsumer(t, b, "asks", nil)
	low, high, err := c.QueryWatermarkOffsets("known", 0, 10_000)
	if low != 0 || high != 100 || err != nil {
		t.Error(low, high, err)
	}
	if low, high, err = c.GetWatermarkOffsets("known", 0); low != int64(OffsetInvalid) || high != int64(OffsetInvalid) || err != nil {
		t.Error(low, high, err)
	}
	must(t, c.Assign([]TopicPartition{at("known", 0, OffsetBeginning)}))
	next(t, c)
	if low, high, err = c.GetWatermarkOffsets("known", 0); low != 0 || high != 100 || err != nil {
		t.Error(low, high, err)
	}
	found, err := c.OffsetsForTimes([]TopicPartition{at("known", 0, 1)}, 10_000)
	if err != nil || found[0].Offset != 0 {
		t.Error(found, err)
	}
	topic := "known"
	if m, err := c.GetMetadata(&topic, false, 10_000); err != nil || len(m.Topics) != 1 {
		t.Error(m, err)
	}
	if _, _, err := c.QueryWatermarkOffsets("unknown", 0, 1000); err == nil {
		t.Error("an unknown topic has offsets")
	}
}

func TestEventTypes(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "typed", 0, 0, 3)
	c := testConsumer(t, b, "typed", ConfigMap{"enable.partition.eof": true, "go.application.rebalance.enable": true, "auto.commit.interval.ms": 50})
	must(t, c.Subscribe("typed", nil))
	var kinds []string
	end := time.Now().Add(patience)
	for time.Now().Before(end) && !slices.Contains(kinds, "committed") {
		switch e := c.Poll(100).(type) {
		case *Message:
			kinds = append(kinds, "message")
		case AssignedPartitions:
			if len(e.Partitions) != 1 {
				t.Error(e)
			}
			kinds = append(kinds, "assigned")
			must(t, c.Assign(e.Partitions))
		case PartitionEOF:
			if e.Offset != 3 || *e.Topic != "typed" {
				t.Error(e)
			}
			kinds = append(kinds, "eof")
		case OffsetsCommitted:
			if e.Error != nil || e.Offsets[0].Offset == 0 {
				t.Error(e)
			}
			kinds = append(kinds, "committed")
		case nil:
		default:
			t.Fatalf("%T %v", e, e)
		}
	}
	if want := []string{"assigned", "message", "message", "message", "eof", "committed"}; !slices.Equal(kinds, want) {
		if want[4], want[5] = want[5], want[4]; !slices.Equal(kinds, want[:5]) {
			t.Error(kinds)
		}
	}
}

// Two members share, then one leaves. The callback is told, in the middle of a batch too, and what it leaves undone is done for it.
func TestRebalance(t *testing.T) {
	for name, strategy := range map[string]string{"eager": "range,roundrobin", "cooperative": "cooperative-sticky"} {
		t.Run(name, func(t *testing.T) {
			b := testBroker(t)
			p := testProducer(t, b, nil)
			testTopic(t, b, "shared", 4)
			for i := range int32(4) {
				fill(t, p, "shared", i, 0, 3000)
			}
			var mu sync.Mutex
			told := map[string][]string{}
			callback := func(name string) RebalanceCb {
				return func(c *Consumer, ev Event) error {
					mu.Lock()
					defer mu.Unlock()
					switch e := ev.(type) {
					case AssignedPartitions:
						told[name] = append(told[name], fmt.Sprint("+", len(e.Partitions)))
					case RevokedPartitions:
						told[name] = append(told[name], fmt.Sprint("-", len(e.Partitions)))
					}
					return nil
				}
			}
			conf := ConfigMap{"partition.assignment.strategy": strategy, "heartbeat.interval.ms": 100, "session.timeout.ms": 10_000}
			one, two := testConsumer(t, b, "shares", conf), testConsumer(t, b, "shares", conf)
			must(t, one.Subscribe("shared", callback("one")))
			next(t, one)
			must(t, two.Subscribe("shared", callback("two")))
			// Both poll until both have two; the first one is in the middle of a batch of thousands.
			end := time.Now().Add(patience)
			for {
				one.Poll(5)
				two.Poll(5)
				a, _ := one.Assignment()
				z, _ := two.Assignment()
				if len(a) == 2 && len(z) == 2 {
					break
				}
				if time.Now().After(end) {
					t.Fatal(a, z, told)
				}
				time.Sleep(time.Millisecond) // an application that takes its time
			}
			want := "EAGER"
			if strategy == "cooperative-sticky" {
				want = "COOPERATIVE"
			}
			if got := one.GetRebalanceProtocol(); got != want {
				t.Error(got)
			}
			// What is revoked does not come any more.
			mine, _ := one.Assignment()
			for range 2000 {
				m := next(t, one)
				if !slices.ContainsFunc(mine, func(p TopicPartition) bool { return p.Partition == m.TopicPartition.Partition }) {
					t.Fatal(m, mine)
				}
			}
			must(t, two.Close())
			for {
				one.Poll(5)
				if a, _ := one.Assignment(); len(a) == 4 {
					break
				}
				if time.Now().After(end) {
					t.Fatal(told)
				}
			}
			must(t, one.Close())
			mu.Lock()
			defer mu.Unlock()
			if told["one"][0] != "+4" || told["one"][len(told["one"])-1] != "-4" || told["two"][len(told["two"])-1] != "-2" {
				t.Error(told)
			}
		})
	}
}

func TestContexts(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "ctx", 0, 0, 1)
	c := testConsumer(t, b, "ctx", nil)
	must(t, c.Assign([]TopicPartition{at("ctx", 0, OffsetBeginning)}))
	ctx, cancel := context.WithCancel(context.Background())
	if m, err := c.ReadMessageContext(ctx); err != nil || string(m.Value) != "v0" {
		t.Error(m, err)
	}
	if _, err := c.CommitContext(ctx); err != nil {
		t.Error(err)
	}
	time.AfterFunc(20*time.Millisecond, cancel)
	if m, err := c.ReadMessageContext(ctx); m != nil || !errors.Is(err, context.Canceled) {
		t.Error(m, err)
	}
	if ev, err := c.PollContext(ctx); ev != nil || !errors.Is(err, context.Canceled) {
		t.Error(ev, err)
	}
	late, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if ev, err := c.PollContext(late); ev != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(ev, err)
	}
	// A context that ended does not spoil the next wait.
	started := time.Now()
	if _, err := c.ReadMessage(50 * time.Millisecond); !errors.Is(err, ErrTimedOut) || time.Since(started) < 50*time.Millisecond {
		t.Error(err, time.Since(started))
	}
}

func TestCloseWakesPoll(t *testing.T) {
	b := testBroker(t)
	c := testConsumer(t, b, "woken", nil)
	must(t, c.Subscribe("never", nil))
	ended := make(chan error)
	for range 3 {
		go func() {
			for {
				_, err := c.ReadMessage(-1)
				if errors.Is(err, ErrState) {
					ended <- err
					return
				}
			}
		}()
	}
	must(t, c.Close())
	for range 3 {
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal("still waiting")
		}
	}
	wantCode(t, c.Close(), ErrState)
	wantCode(t, c.Subscribe("x", nil), ErrState)
	if _, err := c.Commit(); !errors.Is(err, ErrState) {
		t.Error(err)
	}
	if c.Poll(10) != nil {
		t.Error("an event after the close")
	}
}

func TestEventsChannel(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "piped", 0, 0, 100)
	c := testConsumer(t, b, "piped", ConfigMap{"go.events.channel.enable": true, "go.events.channel.size": 10, "go.application.rebalance.enable": true})
	must(t, c.Subscribe("piped", nil))
	n := 0
	for ev := range c.Events() {
		switch e := ev.(type) {
		case AssignedPartitions:
			must(t, c.Assign(e.Partitions))
		case *Message:
			if n++; n == 100 {
				must(t, c.Close())
			}
		}
	}
	if n != 100 {
		t.Error(n)
	}
}

func TestWrongPort(t *testing.T) {
	logs := make(chan LogEvent, 100)
	c, err := NewConsumer(&ConfigMap{"bootstrap.servers": nowhere(t), "group.id": "g", "go.logs.channel.enable": true, "go.logs.channel": logs})
	must(t, err)
	must(t, c.Subscribe("t", nil))
	_, err = c.ReadMessage(patience)
	e, ok := err.(Error)
	if !ok || e.Code() != ErrTransport && e.Code() != ErrAllBrokersDown && e.Code() != ErrResolve {
		t.Errorf("%v", err)
	}
	if l := <-logs; l.Message == "" || l.Name != c.String() {
		t.Error(l)
	}
	started := time.Now()
	if err := c.Close(); err != nil {
		t.Log(err)
	}
	if took := time.Since(started); took > 8*time.Second {
		t.Error(took)
	}
}
