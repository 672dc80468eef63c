//go:build cgo

package kafka

import (
	"context"
	"math"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// fullRetry is how long a hand-over waits when the library's queue is full and no report tells of room.
const fullRetry = 5 * time.Millisecond

// runSender hands messages over as soon as there are some. While it crosses, more gather: that is the batch.
func (p *Producer) runSender() {
	defer p.routines.Done()
	for {
		select {
		case <-p.wake:
			p.sendBuffered(math.MaxUint64)
		case <-p.done:
			return
		}
	}
}

// sendBuffered hands over what is buffered, up to the message of that number: whoever flushes or purges must not become the sender of
// those who go on producing meanwhile.
func (p *Producer) sendBuffered(upTo uint64) {
	var results []int16
	for !p.closed.Load() && p.sendOne(upTo, &results) {
	}
}

// buffered is the number of the last message that was buffered.
func (p *Producer) buffered() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buffer.added
}

// sendOne hands over one batch. The turn is given up after each, so that nobody waits for it longer than a batch takes.
func (p *Producer) sendOne(upTo uint64, results *[]int16) bool {
	p.sendMu.Lock()
	defer p.sendMu.Unlock()
	p.mu.Lock()
	p.buffer.giveBack(p.crossed, p.fields)
	p.crossed = batch{}
	if p.buffer.taken >= upTo {
		p.mu.Unlock()
		return false
	}
	b, some := p.buffer.take()
	p.mu.Unlock()
	if !some {
		return false
	}
	if cap(*results) < len(b.sends) {
		*results = make([]int16, len(b.sends))
	}
	p.sendBatch(b, (*results)[:len(b.sends)])
	p.crossed = b
	return true
}

// sendBatch crosses, and again for what found the library's queue full. What is refused for good is reported.
func (p *Producer) sendBatch(b batch, results []int16) {
	sends := b.sends
	var changed <-chan struct{} // watched once the queue was full, and then looked again before it is waited for
	for len(sends) > 0 {
		results = results[:len(sends)]
		if e := cabi.ProducerSendBatch(p.handle, b.arena, sends, results); e != nil {
			p.refuse(sends, nil, errorFromC(e))
			return
		}
		full := len(sends)
		for i, code := range results {
			if ErrorCode(code) == ErrQueueFull {
				full = i
				break
			}
		}
		p.refuse(sends[:full], results[:full], Error{})
		if sends = sends[full:]; len(sends) == 0 {
			return
		}
		if changed == nil {
			changed = p.watch()
			continue
		}
		select {
		case <-changed:
			changed = nil
		case <-time.After(fullRetry):
		case <-p.done:
			return
		}
	}
}

// refuse reports the messages that were not queued: all of them with err, or those whose result is not 0.
func (p *Producer) refuse(sends []cabi.Send, results []int16, err Error) {
	var before found
	for i := range sends {
		failure := err
		if results != nil {
			if results[i] == 0 {
				continue
			}
			failure = errorOf(ErrorCode(results[i]))
		}
		group := p.groups.of(sends[i].Token, &before)
		slot := group.at(sends[i].Token)
		if slot == nil {
			continue
		}
		to, size, m := slot.delivery, slot.size, slot.message()
		p.groups.reported(group, slot)
		m.TopicPartition.Offset, m.TopicPartition.Error = OffsetInvalid, failure
		p.deliver(to, size, m)
	}
}

// runReports brings reports as they come.
func (p *Producer) runReports() {
	defer p.routines.Done()
	for {
		var b *cabi.Batch
		var e *cabi.Error
		err := p.waiter.waitFor(context.Background(), time.Time{}, func() bool {
			if p.closed.Load() {
				return false
			}
			b, e = cabi.ProducerReports(p.handle, reportsPerCrossing)
			return b != nil || e != nil
		})
		if err != nil || e != nil {
			return
		}
		for i := range b.Reports {
			p.dispatch(b, &b.Reports[i])
		}
		for i := range b.Events {
			p.trouble(b, &b.Events[i])
		}
	}
}

// trouble puts what belongs to no message (a broker that cannot be reached) on Events() and Logs(). It waits for nobody: an unread
// channel must not keep reports from those who read theirs.
func (p *Producer) trouble(b *cabi.Batch, e *cabi.Event) {
	err := errorFromRow(e.Code, e.Flags, b.Text(e.MessageOffset, e.MessageLen))
	logTo(p.logs, p.name, "ERROR", err.String(), 3)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events != nil && p.unreadLocked() < max(p.eventsMax, 1) {
		p.queueEventsLocked(err)
	}
}

// send gives a report to the application's channel. A channel that the application has closed takes none: the report goes, and with
// it not the whole program.
func (p *Producer) send(delivery chan Event, m *Message) {
	defer func() {
		if recover() != nil {
			logTo(p.logs, p.name, "DELIVERY", "a delivery channel is closed: its report is dropped", 4)
		}
	}()
	select {
	case delivery <- m:
	case <-p.done:
	}
}

// slot's message as a report has it.
func (s *pending) message() *Message {
	return &Message{
		TopicPartition: TopicPartition{Topic: s.topic, Partition: s.partition},
		Key:            s.key, Value: s.value, Headers: s.headers, Opaque: s.opaque,
	}
}

func (p *Producer) dispatch(b *cabi.Batch, r *cabi.Report) {
	var failure error
	if r.Code != 0 {
		e := errorFromRow(r.Code, r.Flags, b.Text(r.MessageOffset, r.MessageLen))
		failure = e
		logTo(p.logs, p.name, "DELIVERY", e.String(), 4)
	}
	var epoch *int32
	if r.LeaderEpoch >= 0 {
		e := r.LeaderEpoch
		epoch = &e
	}
	tokens, timestamps := b.Tokens[r.First:r.First+r.Count], b.Timestamps[r.First:r.First+r.Count]
	topic := b.Text(r.TopicOffset, r.TopicLen)
	// Reports of a batch lie side by side; one that is kept keeps them all.
	var messages []Message
	if p.forward {
		messages = make([]Message, 0, len(tokens))
	}
	var apart []delivery
	quiet, quietBytes := 0, 0 // those that no channel of their own is told of
	var before found
	for i, token := range tokens {
		group := p.groups.of(token, &before)
		s := group.at(token)
		if s == nil {
			continue
		}
		if s.delivery == nil {
			quiet++
			quietBytes += s.size
		}
		if s.delivery != nil || p.forward {
			messages = append(messages, Message{})
			m := &messages[len(messages)-1]
			to := &m.TopicPartition
			to.Topic, to.Partition, to.Offset, to.Error, to.LeaderEpoch = &topic, r.Partition, OffsetInvalid, failure, epoch
			if r.BaseOffset >= 0 {
				to.Offset = Offset(r.BaseOffset + int64(i))
			}
			if r.Partition < 0 {
				to.Partition = s.partition
			}
			m.Key, m.Value, m.Headers, m.Opaque, m.LeaderEpoch = s.key, s.value, s.headers, s.opaque, epoch
			m.Timestamp, m.TimestampType = timeOf(timestamps[i]), TimestampType(r.TimestampType)
			if s.delivery != nil {
				apart = append(apart, delivery{s.delivery, s.size, len(messages) - 1})
			}
		}
		p.groups.reported(group, s)
	}
	for _, d := range apart {
		p.deliver(d.to, d.size, &messages[d.at])
	}
	if quiet == 0 {
		return
	}
	var queued []Event
	if p.forward {
		queued = make([]Event, 0, quiet)
		for i := range messages {
			if len(apart) > 0 && apart[0].at == i {
				apart = apart[1:]
				continue
			}
			queued = append(queued, &messages[i])
		}
		p.waitForEventRoom()
	}
	p.mu.Lock()
	p.queueEventsLocked(queued...)
	p.count -= quiet
	p.bytes -= quietBytes
	p.changedLocked()
	p.mu.Unlock()
}

// delivery is a report that goes to a channel of its message's own.
type delivery struct {
	to   chan Event
	size int
	at   int // among the batch's reports
}

// deliver gives one report to its channel (or to Events()) and then lets the message's room go, so that nobody who saw Flush
// return 0 gets a report later.
func (p *Producer) deliver(to chan Event, size int, m *Message) {
	switch {
	case to != nil:
		p.send(to, m)
	case p.forward:
		p.waitForEventRoom()
	}
	p.mu.Lock()
	if to == nil && p.forward {
		p.queueEventsLocked(m)
	}
	p.count--
	p.bytes -= size
	p.changedLocked()
	p.mu.Unlock()
}

// Events is the channel of delivery reports (*Message) and errors (Error). Read it, or Flush does not end: what is unread counts.
func (p *Producer) Events() chan Event {
	if events := p.asked.Load(); events != nil {
		return *events
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events == nil {
		p.events = make(chan Event, min(p.eventsMax, eventsInChannel))
		p.asked.Store(&p.events)
		if p.closed.Load() {
			close(p.events)
		} else {
			p.routines.Add(1)
			go p.runEvents(p.events)
		}
	}
	return p.events
}

// runEvents moves events from the queue to the channel: all that are there at a time.
func (p *Producer) runEvents(events chan Event) {
	defer p.routines.Done()
	for {
		p.mu.Lock()
		batch := p.eventQueue
		p.eventQueue = nil
		p.moving.Store(int64(len(batch)))
		p.mu.Unlock()
		if len(batch) == 0 {
			select {
			case <-p.eventsReady:
			case <-p.done:
				return
			}
			continue
		}
		for i := range batch {
			select {
			case events <- batch[i]:
			default:
				// The channel is full: those who wait for room or for the end hear of what went before.
				p.changedNow()
				select {
				case events <- batch[i]:
				case <-p.done:
					p.mu.Lock()
					p.eventQueue = append(batch[i:len(batch):len(batch)], p.eventQueue...)
					p.moving.Store(0)
					p.mu.Unlock()
					return
				}
			}
			batch[i] = nil
			// It counts here until it is in the channel, so that Len never misses it; for a moment it is counted twice.
			p.moving.Add(-1)
		}
		p.changedNow()
	}
}

func (p *Producer) changedNow() {
	p.mu.Lock()
	p.changedLocked()
	p.mu.Unlock()
}

// waitForEventRoom waits while as many events are unread as go.events.channel.size allows.
func (p *Producer) waitForEventRoom() {
	for {
		changed := p.watch()
		p.mu.Lock()
		room := p.events == nil || p.unreadLocked() < max(p.eventsMax, 1)
		p.mu.Unlock()
		if room {
			return
		}
		select {
		case <-changed:
		case <-p.done:
			return
		}
	}
}

func (p *Producer) queueEventsLocked(events ...Event) {
	p.eventQueue = append(p.eventQueue, events...)
	if p.events == nil {
		if over := len(p.eventQueue) - min(p.eventsMax, eventsKeptUnread); over > eventsKeptUnread/2 || over > 0 && p.eventsMax == 0 {
			clear(p.eventQueue[:over])
			p.eventQueue = append([]Event(nil), p.eventQueue[over:]...)
		}
		return
	}
	select {
	case p.eventsReady <- struct{}{}:
	default:
	}
}
