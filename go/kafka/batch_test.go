//go:build cgo

package kafka

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Many at a time, both ways: what was queued, what was refused, and what a group goes on from.
func TestManyAtATime(t *testing.T) {
	b := testBroker(t)
	testTopic(t, b, "many", 3)
	p := testProducer(t, b, ConfigMap{"queue.buffering.max.messages": 500, "linger.ms": 1000})
	all := make([]*Message, 600)
	for i := range all {
		all[i] = &Message{TopicPartition: to("many", int32(i%3)), Key: fmt.Appendf(nil, "k%d", i), Value: fmt.Appendf(nil, "v%d", i), Opaque: i}
	}
	reports := make(chan Event, len(all))
	n, err := p.ProduceBatch(all, reports)
	if n != 500 || !errors.Is(err, ErrQueueFull) {
		t.Fatal(n, err)
	}
	if left := p.Flush(int(patience / time.Millisecond)); left != 0 {
		t.Fatal(left)
	}
	rest, err := p.ProduceBatch(all[n:], reports)
	if rest != 100 || err != nil {
		t.Fatal(rest, err)
	}
	// The first that cannot be sent ends it, and those before it are sent.
	n, err = p.ProduceBatch([]*Message{{TopicPartition: to("other", 0)}, nil, {TopicPartition: to("other", 0)}}, nil)
	if n != 1 || !errors.Is(err, ErrInvalidArg) {
		t.Fatal(n, err)
	}
	if n, err = p.ProduceBatch(nil, nil); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if left := p.Flush(int(patience / time.Millisecond)); left != 0 { // nobody asked for Events(): its report goes
		t.Fatal(left)
	}
	told := map[int]bool{}
	for range all {
		m := (<-reports).(*Message)
		must(t, m.TopicPartition.Error)
		i := m.Opaque.(int)
		if told[i] || string(m.Value) != fmt.Sprint("v", i) || string(m.Key) != fmt.Sprint("k", i) || m.TopicPartition.Partition != int32(i%3) {
			t.Fatal(i, m, string(m.Value))
		}
		told[i] = true
	}

	c := testConsumer(t, b, "many", ConfigMap{"enable.auto.commit": false})
	if _, err := c.ReadMessages(0, 0); !errors.Is(err, ErrInvalidArg) {
		t.Error(err)
	}
	must(t, c.Subscribe("many", nil))
	seen, most := 0, 0
	next := map[int32]Offset{}
	for seen < 450 {
		some, err := c.ReadMessages(50, patience)
		must(t, err)
		if len(some) == 0 || len(some) > 50 {
			t.Fatal(len(some))
		}
		for _, m := range some {
			if m.TopicPartition.Offset != next[m.TopicPartition.Partition] {
				t.Fatal(m, next)
			}
			next[m.TopicPartition.Partition]++
		}
		seen, most = seen+len(some), max(most, len(some))
	}
	if most < 2 {
		t.Error("they came one by one")
	}
	// What was returned is what is committed, not what is in memory.
	_, err = c.Commit()
	must(t, err)
	committed, err := c.Committed([]TopicPartition{to("many", 0), to("many", 1), to("many", 2)}, 10_000)
	must(t, err)
	for _, tp := range committed {
		if want := next[tp.Partition]; tp.Offset != want && (want != 0 || tp.Offset != OffsetInvalid) {
			t.Error(tp, want)
		}
	}
	// A paused partition's messages stay behind.
	must(t, c.Pause([]TopicPartition{to("many", 0)}))
	for seen := int(next[1] + next[2]); seen < 400; {
		some, err := c.ReadMessages(1000, patience)
		must(t, err)
		for _, m := range some {
			if m.TopicPartition.Partition == 0 {
				t.Fatal(m)
			}
		}
		seen += len(some)
	}
	if _, err := c.ReadMessages(10, 50*time.Millisecond); !errors.Is(err, ErrTimedOut) {
		t.Error(err)
	}
}

// One at a time, and nobody waits for ever, however the waiters and those who pass by meet.
func TestTurn(t *testing.T) {
	turn := newTurn()
	var inside, done atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 2000 {
				if !turn.try() {
					turn.waiting.Add(1)
					for !turn.try() {
						<-turn.freed
					}
					turn.waiting.Add(-1)
				}
				if inside.Add(1) != 1 {
					t.Error("two have the turn")
				}
				done.Add(1)
				inside.Add(-1)
				turn.release()
			}
		}()
	}
	within(t, "turns", all.Wait)
	if done.Load() != 16_000 {
		t.Error(done.Load())
	}
}

// In one crossing some messages are refused by the goroutine that sends, while the reports of others come on theirs.
func TestRefusedBesideDelivered(t *testing.T) {
	b := testBroker(t)
	testTopic(t, b, "mixed", 1)
	p := testProducer(t, b, ConfigMap{"linger.ms": 0, "queue.buffering.max.messages": 100_000})
	_, err := p.GetMetadata(&[]string{"mixed"}[0], false, 10_000)
	must(t, err)
	const n = 20_000
	go func() {
		for i := range n {
			m := &Message{TopicPartition: to("mixed", int32(i%2*7)), Opaque: i} // there is no partition 7
			if err := p.Produce(m, nil); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	told := make([]bool, n)
	for range n {
		m := (<-p.Events()).(*Message)
		i := m.Opaque.(int)
		if told[i] || (m.TopicPartition.Error != nil) != (i%2 == 1) {
			t.Fatal(i, m)
		}
		told[i] = true
	}
}

// Groups of rows that were reported are used again, and a token finds its own row alone.
func TestTokensFindTheirRows(t *testing.T) {
	var g groups
	topic := "t"
	make := func(n int) (*group, []uint64) {
		group := g.open()
		var tokens []uint64
		for range n {
			token, row := group.add()
			row.topic = &topic
			tokens = append(tokens, token)
		}
		group.left.Store(int32(n))
		return group, tokens
	}
	first, a := make(3)
	second, b := make(2)
	var before found
	for i, token := range []uint64{a[2], b[0], a[0], a[1]} {
		if of := g.of(token, &before); (of == first) == (i == 1) || of == nil {
			t.Fatal("another group's", i)
		}
	}
	if g.of(99<<32, &before) != nil || g.of(99<<32, &before).at(99<<32) != nil || first.at(a[2]+1) != nil {
		t.Error("a token that was never given has a row")
	}
	for i, at := range []int{1, 0, 2} {
		row := first.at(a[at])
		if row == nil || row.topic == nil {
			t.Fatal(at)
		}
		g.reported(first, row)
		if i < 2 && (first.at(a[at]) != nil || g.of(a[2], &found{}) != first) {
			t.Error("its report has come, and others' have not")
		}
	}
	if g.of(a[0], &found{}) != nil {
		t.Error("a group without rows is still found")
	}
	third, c := make(1)
	if third != first || c[0]>>32 == a[0]>>32 || len(third.rows) != 1 || g.of(a[0], &found{uint32(c[0] >> 32), third}) != nil {
		t.Error("the group is not used again, or under its old number")
	}
	if second.at(b[1]) == nil {
		t.Error("another group's row went")
	}
}
