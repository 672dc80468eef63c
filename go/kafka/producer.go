//go:build cgo

package kafka

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// What Purge fails.
const (
	// PurgeInFlight: also messages that are on their way to the broker.
	PurgeInFlight = 0x2
	// PurgeQueue: messages that wait to be sent.
	PurgeQueue = 0x1
	// PurgeNonBlocking is accepted; purging never blocks.
	PurgeNonBlocking = 0x4
)

const (
	// eventsKeptUnread is how many reports wait while nobody has called Events(); older ones go.
	eventsKeptUnread = 10_000
	// eventsInChannel is the most that the channel of Events() itself holds; more wait in a queue up to go.events.channel.size.
	eventsInChannel = 1_000
	// reportsPerCrossing bounds how many batches' reports come at once.
	reportsPerCrossing = 256
)

// Producer sends messages. Its methods may be called from several goroutines.
//
// Two goroutines serve it: one hands buffered messages over, the other brings reports. Both wait without a thread.
type Producer struct {
	handle   uint64
	name     string
	waiter   *waiter
	mock     *MockCluster
	fields   reportFields
	forward  bool // reports without a channel of their own go to Events()
	limits   producerLimits
	logs     chan LogEvent
	stats    statistics
	closed   atomic.Bool
	done     chan struct{} // closed by Close
	wake     chan struct{} // the buffer is no longer empty
	routines sync.WaitGroup

	groups  groups
	sendMu  sync.Mutex // one hand-over at a time, so that order holds; taken before mu
	crossed batch      // the one before, which is given back with the next; of sendMu

	mu     sync.Mutex // of all below
	buffer buffer
	count  int // messages that Produce took and whose report is not yet out
	bytes  int
	// changed is closed, and forgotten, when count went down or an event was queued; made by who waits.
	changed chan struct{}

	eventsMax   int
	eventQueue  []Event      // not yet in the channel
	moving      atomic.Int64 // taken out of the queue by runEvents, and not yet in the channel
	events      chan Event
	eventsReady chan struct{}
	asked       atomic.Pointer[chan Event] // events, once it is there; for who has no lock

	produceMax     int
	produceChannel chan *Message
}

type reportFields struct{ key, value, headers bool }

type producerLimits struct {
	messages, bytes, messageBytes int
}

// NewProducer makes a producer. It does not wait for a broker.
func NewProducer(conf *ConfigMap) (*Producer, error) {
	s, err := readConfig(conf)
	if err != nil {
		return nil, err
	}
	p := &Producer{done: make(chan struct{}), wake: make(chan struct{}, 1), eventsReady: make(chan struct{}, 1)}
	if p.forward, err = goKey(s, "go.delivery.reports", true); err != nil {
		return nil, err
	}
	if _, err = goKey(s, "go.batch.producer", false); err != nil {
		return nil, err
	}
	if p.eventsMax, err = goKey(s, "go.events.channel.size", 1_000_000); err != nil {
		return nil, err
	}
	if p.produceMax, err = goKey(s, "go.produce.channel.size", 1_000_000); err != nil {
		return nil, err
	}
	if p.eventsMax < 0 || p.produceMax < 0 {
		return nil, errorf(ErrInvalidArg, "a channel's size cannot be negative")
	}
	fields, err := goKey(s, "go.delivery.report.fields", "key,value")
	if err != nil {
		return nil, err
	}
	if p.fields, err = parseFields(fields); err != nil {
		return nil, err
	}
	if p.logs, err = s.logs(); err != nil {
		return nil, err
	}
	onlyErrors, err := s.isTrue("delivery.report.only.error", false)
	if err != nil {
		return nil, err
	}
	if onlyErrors {
		return nil, errorf(ErrUnsupportedFeature, "delivery.report.only.error=true is not supported: reports without an error tell that a message is there")
	}
	if p.mock, err = mockOf(s); err != nil {
		return nil, err
	}
	if err := p.open(s); err != nil {
		if p.mock != nil {
			p.mock.Close()
		}
		return nil, err
	}
	return p, nil
}

func (p *Producer) open(s *settings) error {
	handle, e := cabi.ProducerNew(s.list())
	if e != nil {
		return errorFromC(e)
	}
	p.handle, p.name = handle, instanceName(s, "producer")
	p.limits = producerLimits{
		messages:     s.number(100_000, "queue.buffering.max.messages"),
		bytes:        s.number(1_048_576, "queue.buffering.max.kbytes") * 1024,
		messageBytes: s.number(1_000_000, "message.max.bytes", "max.request.size"),
	}
	if n := s.number(0, "buffer.memory"); n > 0 {
		p.limits.bytes = n
	}
	if p.limits.messages == 0 {
		p.limits.messages = 1<<31 - 1
	}
	w, err := newWaiter(handle)
	if err != nil {
		cabi.ProducerClose(handle, 0)
		return err
	}
	p.waiter = w
	p.routines.Add(2)
	go p.runSender()
	go p.runReports()
	p.stats.start(s, "producer", p.name)
	if p.stats.every > 0 {
		p.routines.Add(1)
		go p.runStats()
	}
	return nil
}

func parseFields(text string) (f reportFields, err error) {
	for _, word := range strings.Split(text, ",") {
		switch strings.TrimSpace(word) {
		case "all":
			f = reportFields{true, true, true}
		case "none", "":
		case "key":
			f.key = true
		case "value":
			f.value = true
		case "headers":
			f.headers = true
		default:
			return f, errorf(ErrInvalidArg, "go.delivery.report.fields: there is no field %q; expected all, none, key, value, headers", word)
		}
	}
	return f, nil
}

// String is the producer's name.
func (p *Producer) String() string { return p.name }

// IsClosed tells whether Close was called.
func (p *Producer) IsClosed() bool { return p.closed.Load() }

// Logs is the channel of log lines, nil unless go.logs.channel.enable.
func (p *Producer) Logs() chan LogEvent { return p.logs }

// Produce queues a message, copying what it holds, and never blocks: ErrQueueFull when queue.buffering.max.messages (or kbytes)
// are under way. What becomes of it is told by a *Message with TopicPartition.Error, on deliveryChan, or when that is nil on
// Events(). A delivery channel must be read: while it is full, other reports wait behind its next one.
func (p *Producer) Produce(msg *Message, deliveryChan chan Event) error {
	size, err := p.check(msg)
	if err != nil {
		return err
	}
	p.mu.Lock()
	first, err := p.queueLocked(msg, size, deliveryChan)
	p.mu.Unlock()
	if first {
		p.awake()
	}
	return err
}

// ProduceBatch is Produce of several messages, which costs less than a call for each. It returns how many were queued, in order; when
// these are not all, the error is that of the next one.
func (p *Producer) ProduceBatch(msgs []*Message, deliveryChan chan Event) (n int, err error) {
	const together = 64 // under the lock, so that others get their turn
	for n < len(msgs) && err == nil {
		var first, one bool
		var size int
		p.mu.Lock()
		for end := min(n+together, len(msgs)); n < end; n++ {
			if size, err = p.check(msgs[n]); err != nil {
				break
			}
			if one, err = p.queueLocked(msgs[n], size, deliveryChan); err != nil {
				break
			}
			first = first || one
		}
		p.mu.Unlock()
		if first {
			p.awake()
		}
	}
	return n, err
}

// check is the size of a message that may be sent.
func (p *Producer) check(msg *Message) (size int, err error) {
	if msg == nil || msg.TopicPartition.Topic == nil || *msg.TopicPartition.Topic == "" {
		return 0, errorf(ErrInvalidArg, "the message has no topic")
	}
	size = len(msg.Key) + len(msg.Value)
	for i := range msg.Headers {
		size += len(msg.Headers[i].Key) + len(msg.Headers[i].Value)
	}
	if size > p.limits.messageBytes {
		return 0, errorf(ErrMsgSizeTooLarge, "the message has %d bytes, message.max.bytes is %d", size, p.limits.messageBytes)
	}
	return size, nil
}

// queueLocked takes a message in, and tells whether the buffer was empty.
func (p *Producer) queueLocked(msg *Message, size int, deliveryChan chan Event) (first bool, err error) {
	if p.closed.Load() {
		return false, errClosed("producer")
	}
	if p.count >= p.limits.messages || p.count > 0 && p.bytes+size > p.limits.bytes {
		return false, errorOf(ErrQueueFull)
	}
	first = p.buffer.add(msg, size, deliveryChan, p.fields, &p.groups)
	p.count++
	p.bytes += size
	return first, nil
}

// awake tells the sender that there is something.
func (p *Producer) awake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// ProduceContext is Produce that waits for room instead of returning ErrQueueFull, until the context ends.
func (p *Producer) ProduceContext(ctx context.Context, msg *Message, deliveryChan chan Event) error {
	err := p.Produce(msg, deliveryChan)
	for {
		if e, ok := err.(Error); !ok || e.code != ErrQueueFull {
			return err
		}
		// Watched before it is tried, so that room made in between is not missed.
		changed := p.watch()
		if err = p.Produce(msg, deliveryChan); err == nil {
			return nil
		}
		select {
		case <-changed:
		case <-p.done:
			return errClosed("producer")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ProduceSync produces and waits for the report, which it returns with its error. When the context ends first, the message may
// still be delivered.
func (p *Producer) ProduceSync(ctx context.Context, msg *Message) (*Message, error) {
	delivery := make(chan Event, 1)
	if err := p.ProduceContext(ctx, msg, delivery); err != nil {
		return nil, err
	}
	select {
	case ev := <-delivery:
		m := ev.(*Message)
		return m, m.TopicPartition.Error
	case <-p.done:
		return nil, errClosed("producer")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ProduceChannel is another way to Produce: messages put there are sent, waiting for room; their reports go to Events().
func (p *Producer) ProduceChannel() chan *Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.produceChannel == nil {
		p.produceChannel = make(chan *Message, p.produceMax)
		if !p.closed.Load() {
			p.routines.Add(1)
			go p.runProduceChannel(p.produceChannel)
		}
	}
	return p.produceChannel
}

func (p *Producer) runProduceChannel(messages chan *Message) {
	defer p.routines.Done()
	for {
		select {
		case <-p.done:
			return
		case m, open := <-messages:
			if !open {
				return
			}
			err := p.ProduceContext(context.Background(), m, nil)
			if err != nil && m != nil && !p.closed.Load() && p.forward {
				report := *m
				report.TopicPartition.Error = err
				p.mu.Lock()
				p.queueEventsLocked(&report)
				p.mu.Unlock()
			}
		}
	}
}

// Len is how many messages and events are under way: on ProduceChannel, queued, in flight, and reports that nobody has read.
func (p *Producer) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lenLocked()
}

func (p *Producer) lenLocked() int {
	return p.count + len(p.produceChannel) + p.unreadLocked() + len(p.events)
}

// unreadLocked is how many events are on their way to the channel.
func (p *Producer) unreadLocked() int {
	return len(p.eventQueue) + int(p.moving.Load())
}

// Flush waits up to timeoutMs (negative: for ever) until every message is delivered or failed and every event read, and returns
// how many are left. While nobody has called Events(), the reports meant for it are dropped here.
func (p *Producer) Flush(timeoutMs int) int {
	n, _ := p.flush(context.Background(), deadlineOf(timeoutMs))
	return n
}

// FlushContext is Flush until the context ends; it then returns how many are left, and the context's error.
func (p *Producer) FlushContext(ctx context.Context) (int, error) {
	return p.flush(ctx, time.Time{})
}

// flushAgain is how often a flush says so to the library, for messages that were produced meanwhile, and looks at channels.
const flushAgain = 20 * time.Millisecond

func (p *Producer) flush(ctx context.Context, deadline time.Time) (int, error) {
	var end <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(max(time.Until(deadline), 0))
		defer timer.Stop()
		end = timer.C
	}
	again := time.NewTicker(flushAgain)
	defer again.Stop()
	for {
		changed := p.watch()
		p.mu.Lock()
		if p.events == nil {
			clear(p.eventQueue)
			p.eventQueue = p.eventQueue[:0]
		}
		left, inside := p.lenLocked(), p.count
		p.mu.Unlock()
		if left == 0 || p.closed.Load() {
			return left, nil
		}
		if inside > 0 {
			p.sendBuffered(p.buffered())
			cabi.ProducerFlush(p.handle, 0)
		}
		select {
		case <-changed:
		case <-again.C:
		case <-end:
			return p.Len(), nil
		case <-p.done:
			return p.Len(), nil
		case <-ctx.Done():
			return p.Len(), ctx.Err()
		}
	}
}

// Purge fails messages that were not sent yet (PurgeQueue) and, when asked, those in flight (PurgeInFlight). Their reports have
// ErrPurgeQueue and ErrPurgeInflight.
func (p *Producer) Purge(flags int) error {
	if p.closed.Load() {
		return errClosed("producer")
	}
	if flags&PurgeQueue != 0 {
		p.sendBuffered(p.buffered())
	}
	return check(cabi.ProducerPurge(p.handle, flags&PurgeQueue != 0, flags&PurgeInFlight != 0))
}

// GetMetadata asks the cluster about one topic, or all of them.
func (p *Producer) GetMetadata(topic *string, allTopics bool, timeoutMs int) (*Metadata, error) {
	if p.closed.Load() {
		return nil, errClosed("producer")
	}
	return getMetadata(p.handle, topic, allTopics, timeoutMs)
}

// QueryWatermarkOffsets asks the broker for a partition's first and next offset.
func (p *Producer) QueryWatermarkOffsets(topic string, partition int32, timeoutMs int) (low, high int64, err error) {
	a, err := NewAdminClientFromProducer(p)
	if err != nil {
		return 0, 0, err
	}
	defer a.Close()
	return a.watermarks(topic, partition, timeoutMs)
}

// OffsetsForTimes looks up, for each partition, the first offset whose timestamp is at or after its Offset (milliseconds).
func (p *Producer) OffsetsForTimes(times []TopicPartition, timeoutMs int) ([]TopicPartition, error) {
	a, err := NewAdminClientFromProducer(p)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return a.offsetsForTimes(times, timeoutMs)
}

// GetFatalError is what stopped this producer, nil while it runs.
func (p *Producer) GetFatalError() error {
	if p.closed.Load() {
		return errClosed("producer")
	}
	return check(cabi.FatalError(p.handle))
}

// Close stops the producer at once: what is not delivered is purged (Flush first). It returns when nothing of it runs any more;
// the channel of Events() is closed. A second call does nothing.
func (p *Producer) Close() {
	p.mu.Lock()
	if p.closed.Swap(true) {
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	close(p.done)
	p.waiter.close()
	p.routines.Wait()
	cabi.ProducerClose(p.handle, 0)
	p.mu.Lock()
	events := p.events
	if events != nil {
		for len(p.eventQueue) > 0 && len(events) < cap(events) {
			events <- p.eventQueue[0]
			p.eventQueue = p.eventQueue[1:]
		}
		close(events)
	}
	p.buffer, p.eventQueue = buffer{}, nil
	p.count, p.bytes = 0, 0
	p.mu.Unlock()
	if p.mock != nil {
		p.mock.Close()
	}
}

// watch is closed at the next change that may make room or end a flush.
func (p *Producer) watch() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed
}

func (p *Producer) changedLocked() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

var errNoTransactions = errorf(ErrNotImplemented, "transactions are not served yet")

// InitTransactions returns ErrNotImplemented: transactions are not served yet.
func (p *Producer) InitTransactions(ctx context.Context) error { return errNoTransactions }

// BeginTransaction returns ErrNotImplemented: transactions are not served yet.
func (p *Producer) BeginTransaction() error { return errNoTransactions }

// SendOffsetsToTransaction returns ErrNotImplemented: transactions are not served yet.
func (p *Producer) SendOffsetsToTransaction(ctx context.Context, offsets []TopicPartition, meta *ConsumerGroupMetadata) error {
	return errNoTransactions
}

// CommitTransaction returns ErrNotImplemented: transactions are not served yet.
func (p *Producer) CommitTransaction(ctx context.Context) error { return errNoTransactions }

// AbortTransaction returns ErrNotImplemented: transactions are not served yet.
func (p *Producer) AbortTransaction(ctx context.Context) error { return errNoTransactions }
