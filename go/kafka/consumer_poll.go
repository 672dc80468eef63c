//go:build cgo

package kafka

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// pollEvery is how long a wait lasts at most before the library is polled again: it counts polls for max.poll.interval.ms.
const pollEvery = time.Second

// limit is how long a call may wait. The clock is read only when it has to wait.
type limit struct {
	timeout time.Duration // negative: for ever
	at      time.Time
}

func (l *limit) deadline() time.Time {
	if l.timeout >= 0 && l.at.IsZero() {
		l.at = time.Now().Add(l.timeout)
	}
	return l.at
}

// Poll waits up to timeoutMs (negative: for ever) for one event and returns it, nil when there was none: *Message, and as values
// Error, PartitionEOF, OffsetsCommitted, and with go.application.rebalance.enable AssignedPartitions and RevokedPartitions.
// Rebalances are otherwise handled here. After Close it returns nil.
func (c *Consumer) Poll(timeoutMs int) Event {
	ev, _ := c.poll(context.Background(), &limit{timeout: time.Duration(timeoutMs) * time.Millisecond})
	return ev
}

// PollContext is Poll until the context ends, whose error it then returns.
func (c *Consumer) PollContext(ctx context.Context) (Event, error) {
	return c.poll(ctx, &limit{timeout: -1})
}

// ReadMessage waits for a message; -1 is for ever, 0 does not wait. A message with an error comes with that error; an error that
// belongs to no message comes alone; time running out is ErrTimedOut. Other events are passed over.
func (c *Consumer) ReadMessage(timeout time.Duration) (*Message, error) {
	return c.readMessage(context.Background(), &limit{timeout: timeout})
}

// ReadMessageContext is ReadMessage until the context ends, whose error it then returns.
func (c *Consumer) ReadMessageContext(ctx context.Context) (*Message, error) {
	return c.readMessage(ctx, &limit{timeout: -1})
}

// ReadMessages waits for a message as ReadMessage does, and returns with it those that are in memory then, at most limit: for programs
// that work on many at a time. Rebalances and errors come between calls; an error is never beside messages.
func (c *Consumer) ReadMessages(limit int, timeout time.Duration) ([]*Message, error) {
	if limit < 1 {
		return nil, errorf(ErrInvalidArg, "at most %d messages cannot be waited for", limit)
	}
	first, err := c.ReadMessage(timeout)
	if err != nil {
		return nil, err
	}
	out := append(make([]*Message, 0, min(limit, recordsPerCrossing)), first)
	if !c.turn.try() {
		return out, nil // Another goroutine takes the next ones.
	}
	defer c.turn.release()
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(out) < limit && !c.closed.Load() {
		m := c.inbox.nextMessage(c.autoStore)
		if m == nil {
			break
		}
		out = append(out, m)
	}
	return out, nil
}

func (c *Consumer) readMessage(ctx context.Context, l *limit) (*Message, error) {
	for {
		ev, err := c.poll(ctx, l)
		if err != nil {
			return nil, err
		}
		switch e := ev.(type) {
		case nil:
			return nil, errorOf(ErrTimedOut)
		case *Message:
			return e, e.TopicPartition.Error
		case Error:
			return nil, e
		}
	}
}

// poll returns an event; or nil and nil when the time is over; or the context's error, or that of a closed consumer.
func (c *Consumer) poll(ctx context.Context, l *limit) (Event, error) {
	if !c.turn.try() {
		if done, err := c.waitTurn(ctx, l.deadline()); !done {
			return nil, err
		}
	}
	defer c.turn.release()
	if ev := c.unanswered; ev != nil {
		// The application was given a rebalance and polls on: what it did not answer is answered for it.
		c.unanswered = nil
		if c.answering.Load() {
			c.answer(ev)
		}
	}
	for {
		if ev := c.stats.due(0); ev != nil {
			return ev, nil
		}
		m, it := c.take()
		if m == nil && it == nil {
			var err error
			var early bool
			if m, it, early, err = c.wait(ctx, l.deadline()); err != nil || m == nil && it == nil && !early {
				return nil, err
			}
			if early {
				continue
			}
		}
		if m != nil {
			return m, nil
		}
		if ev := c.eventOf(it); ev != nil {
			return ev, nil
		}
	}
}

// wait waits for what take returns; neither nor an error when the deadline passed. It is early when statistics are due before.
func (c *Consumer) wait(ctx context.Context, deadline time.Time) (m *Message, it *item, early bool, err error) {
	for {
		wake := time.Now().Add(pollEvery)
		stats := c.stats.every > 0 && c.stats.next.Before(wake)
		if stats {
			wake = c.stats.next
		}
		if !deadline.IsZero() && deadline.Before(wake) {
			wake = deadline
		}
		err = c.waiter.waitFor(ctx, wake, func() bool {
			m, it = c.take()
			return m != nil || it != nil || c.closed.Load()
		})
		switch {
		case m != nil || it != nil:
			return m, it, false, nil
		case c.closed.Load():
			return nil, nil, false, errClosed("consumer")
		case ctx.Err() != nil:
			return nil, nil, false, ctx.Err()
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return nil, nil, false, err
		case wake.Equal(deadline):
			return nil, nil, false, nil
		case stats:
			return nil, nil, true, nil
		}
	}
}

// waitTurn waits until no other goroutine polls. While the rebalance callback runs nothing can come, and if it is the callback that
// polls it would wait for itself: that is an error at once.
func (c *Consumer) waitTurn(ctx context.Context, deadline time.Time) (bool, error) {
	if c.inCallback.Load() {
		return false, errorf(ErrState, "a rebalance callback is running: nothing can be polled before it returns")
	}
	var end <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(max(time.Until(deadline), 0))
		defer timer.Stop()
		end = timer.C
	}
	c.turn.waiting.Add(1)
	defer c.turn.waiting.Add(-1)
	for !c.turn.try() {
		select {
		case <-c.turn.freed:
		case <-end:
			return false, nil
		case <-c.done:
			return false, errClosed("consumer")
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	return true, nil
}

// take returns a message or another event that is there now, from memory or from the library.
func (c *Consumer) take() (*Message, *item) {
	c.mu.Lock()
	m, it := c.takeLocked()
	c.mu.Unlock()
	return m, it
}

func (c *Consumer) takeLocked() (*Message, *item) {
	if c.closed.Load() {
		return nil, nil
	}
	if c.controlDue.Load() && c.inbox.head < len(c.inbox.items) {
		if ev := c.cross(0); ev != nil {
			return nil, ev
		}
	}
	if m, it := c.inbox.next(c.autoStore); m != nil || it != nil {
		return m, it
	}
	if ev := c.cross(recordsPerCrossing); ev != nil {
		return nil, ev
	}
	return c.inbox.next(c.autoStore)
}

// cross tells the library what was consumed and brings what waits there: at most so many records. An error of the call is an event.
func (c *Consumer) cross(records int) *item {
	c.pushStored()
	b, e := cabi.ConsumerPoll(c.handle, records, bytesPerCrossing)
	c.controlDue.Store(false)
	c.control.Reset(controlEvery)
	switch {
	case e != nil:
		text := []byte(e.Message)
		ev := &cabi.Event{Kind: cabi.EventError, Code: int32(e.Code), Flags: e.Flags, MessageLen: uint32(len(text))}
		return &item{batch: &cabi.Batch{Arena: text}, event: ev}
	case b == nil:
	case records == 0:
		c.inbox.addUrgent(b)
	default:
		c.inbox.add(b)
	}
	return nil
}

// pushStored tells the library what was consumed. Partitions that are not ours any more are refused there, which is right.
func (c *Consumer) pushStored() {
	if l := c.inbox.takeDirty(); l != nil && len(l.Rows) > 0 {
		cabi.ConsumerStoreOffsets(c.handle, l)
	}
}

// eventOf is what the application gets of an event; nil when it was handled here.
func (c *Consumer) eventOf(it *item) Event {
	b, e := it.batch, it.event
	switch e.Kind {
	case cabi.EventEOF:
		topic := b.Text(e.TopicOffset, e.TopicLen)
		eof := PartitionEOF{Topic: &topic, Partition: e.Partition, Offset: Offset(e.Offset)}
		eof.Error = errorOf(ErrPartitionEOF)
		return eof
	case cabi.EventCommitted:
		ev := OffsetsCommitted{Offsets: partitionsOf(b, e.First, e.Count)}
		if e.Code != 0 {
			ev.Error = errorFromRow(e.Code, e.Flags, b.Text(e.MessageOffset, e.MessageLen))
		}
		return ev
	case cabi.EventError:
		err := errorFromRow(e.Code, e.Flags, b.Text(e.MessageOffset, e.MessageLen))
		logTo(c.logs, c.name, "ERROR", err.String(), 3)
		return err
	case cabi.EventAssign:
		return c.rebalanced(AssignedPartitions{Partitions: partitionsOf(b, e.First, e.Count)})
	case cabi.EventRevoke:
		return c.rebalanced(RevokedPartitions{Partitions: partitionsOf(b, e.First, e.Count)})
	}
	return nil
}

// rebalanced lets the application answer a rebalance, and answers when it does not.
func (c *Consumer) rebalanced(ev Event) Event {
	c.mu.Lock()
	callback := c.rebalance
	if revoked, ok := ev.(RevokedPartitions); ok {
		c.pushStored()
		// What was fetched and not returned is the next owner's.
		for _, p := range revoked.Partitions {
			if place := c.inbox.places[placeKey{topicOf(p.Topic), p.Partition}]; place != nil {
				place.generation++
			}
		}
	}
	c.mu.Unlock()
	c.answering.Store(true)
	if callback != nil {
		c.call(callback, ev)
	} else if c.appRebalance {
		if !c.byChannel {
			c.unanswered = ev
		}
		return ev
	}
	if c.answering.Load() && !c.closed.Load() {
		c.answer(ev)
	}
	return nil
}

// call calls the application. When it panics the group is answered all the same: who recovers from it can poll on.
func (c *Consumer) call(callback RebalanceCb, ev Event) {
	c.inCallback.Store(true)
	returned := false
	defer func() {
		c.inCallback.Store(false)
		if !returned && c.answering.Load() && !c.closed.Load() {
			c.answer(ev)
		}
	}()
	err := callback(c, ev)
	returned = true
	if err != nil {
		logTo(c.logs, c.name, "REBALANCE", err.Error(), 4)
	}
}

// answer takes on, or gives back, what the group says.
func (c *Consumer) answer(ev Event) {
	cooperative := c.GetRebalanceProtocol() == "COOPERATIVE"
	var err error
	switch e := ev.(type) {
	case AssignedPartitions:
		if cooperative {
			err = c.IncrementalAssign(e.Partitions)
		} else {
			err = c.Assign(e.Partitions)
		}
	case RevokedPartitions:
		if cooperative {
			err = c.IncrementalUnassign(e.Partitions)
		} else {
			err = c.Unassign()
		}
	}
	if err != nil {
		logTo(c.logs, c.name, "REBALANCE", err.Error(), 3)
	}
}

// runEvents serves Events() with go.events.channel.enable.
func (c *Consumer) runEvents() {
	defer c.routines.Done()
	defer close(c.events)
	for {
		ev, err := c.poll(context.Background(), &limit{timeout: -1})
		if err != nil {
			return
		}
		if ev == nil {
			continue
		}
		select {
		case c.events <- ev:
		case <-c.done:
			return
		}
	}
}
