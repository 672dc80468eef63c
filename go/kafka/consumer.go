//go:build cgo

package kafka

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Consumer reads messages, of a group's share of the topics or of partitions that it is assigned by hand.
//
// Its methods may be called from several goroutines, but messages come in order only to one that polls. It has no goroutine of
// its own (but for go.events.channel.enable): everything, rebalance callbacks too, happens in Poll, ReadMessage and Close.
//
// Messages are fetched from the library some hundreds at a time. What counts as consumed, and is committed, is what Poll and
// ReadMessage have returned, not what was fetched.
type Consumer struct {
	handle       uint64
	name         string
	waiter       *waiter
	mock         *MockCluster
	autoStore    bool
	appRebalance bool
	logs         chan LogEvent
	closing      atomic.Bool // Close was called; from here on nobody else calls it
	closed       atomic.Bool
	done         chan struct{}
	routines     sync.WaitGroup
	// The application's rebalance callback is running, on the goroutine that polls; it may call Close.
	inCallback atomic.Bool

	events     chan Event // nil until asked for, unless go.events.channel.enable
	turn       turn
	byChannel  bool
	answering  atomic.Bool // a rebalance waits for Assign or Unassign
	unanswered Event       // that rebalance, when Poll gave it out; of who has the turn
	stats      statistics  // of who has the turn

	mu        sync.Mutex // of all below; never held while the application's code runs
	rebalance RebalanceCb
	inbox     inbox
	control   *time.Timer // sets controlDue a while after the library was asked
	// The library must be asked for rebalances, and told what was consumed, although there are messages.
	controlDue atomic.Bool
}

// commitTimeoutMs bounds calls that take no timeout.
const commitTimeoutMs = 60_000

// closeTimeoutMs bounds Close, which commits and leaves the group; without a broker it ends all the same.
const closeTimeoutMs = 5_000

// NewConsumer makes a consumer; group.id must be set. It does not wait for a broker.
func NewConsumer(conf *ConfigMap) (*Consumer, error) {
	s, err := readConfig(conf)
	if err != nil {
		return nil, err
	}
	if s.props["group.id"] == "" {
		// A misspelt group.id is better told by its own name; the library knows what it may have meant.
		handle, e := cabi.ConsumerNew(s.list())
		if e != nil {
			return nil, errorFromC(e)
		}
		cabi.ConsumerClose(handle, 0)
		return nil, errorf(ErrInvalidArg, "Required property group.id not set")
	}
	c := &Consumer{done: make(chan struct{}), turn: newTurn()}
	if c.appRebalance, err = goKey(s, "go.application.rebalance.enable", false); err != nil {
		return nil, err
	}
	if c.byChannel, err = goKey(s, "go.events.channel.enable", false); err != nil {
		return nil, err
	}
	size, err := goKey(s, "go.events.channel.size", 1000)
	if err != nil {
		return nil, err
	}
	if size < 0 {
		return nil, errorf(ErrInvalidArg, "a channel's size cannot be negative")
	}
	if c.logs, err = s.logs(); err != nil {
		return nil, err
	}
	if c.autoStore, err = s.isTrue("enable.auto.offset.store", true); err != nil {
		return nil, err
	}
	// The library would store what it hands over; stored must be what the application was given.
	s.props["enable.auto.offset.store"] = "false"
	if c.mock, err = mockOf(s); err != nil {
		return nil, err
	}
	if err := c.open(s); err != nil {
		if c.mock != nil {
			c.mock.Close()
		}
		return nil, err
	}
	c.inbox.start()
	c.control = time.AfterFunc(controlEvery, func() { c.controlDue.Store(true) })
	c.stats.start(s, "consumer", c.name)
	c.events = make(chan Event, size)
	if c.byChannel {
		c.routines.Add(1)
		go c.runEvents()
	}
	return c, nil
}

func (c *Consumer) open(s *settings) error {
	handle, e := cabi.ConsumerNew(s.list())
	if e != nil {
		return errorFromC(e)
	}
	c.handle, c.name = handle, instanceName(s, "consumer")
	e = cabi.ConsumerSetRebalanceEvents(handle, true)
	var err error
	if e != nil {
		err = errorFromC(e)
	} else {
		c.waiter, err = newWaiter(handle)
	}
	if err != nil {
		cabi.ConsumerClose(handle, 0)
	}
	return err
}

// String is the consumer's name.
func (c *Consumer) String() string { return c.name }

// IsClosed tells whether Close was called.
func (c *Consumer) IsClosed() bool { return c.closed.Load() }

// Logs is the channel of log lines, nil unless go.logs.channel.enable.
func (c *Consumer) Logs() chan LogEvent { return c.logs }

// Events is the channel of events with go.events.channel.enable; without it nothing comes there.
func (c *Consumer) Events() chan Event { return c.events }

func (c *Consumer) usable() error {
	if c.closed.Load() {
		return errClosed("consumer")
	}
	return nil
}

// Subscribe is SubscribeTopics with one topic.
func (c *Consumer) Subscribe(topic string, rebalanceCb RebalanceCb) error {
	return c.SubscribeTopics([]string{topic}, rebalanceCb)
}

// SubscribeTopics joins the group for these topics, instead of those of before; a name that begins with ^ is a regular expression.
// A topic need not exist yet. The callback may be nil.
func (c *Consumer) SubscribeTopics(topics []string, rebalanceCb RebalanceCb) error {
	if err := c.usable(); err != nil {
		return err
	}
	if len(topics) == 0 {
		return c.Unsubscribe()
	}
	l := &cabi.List{}
	for _, t := range topics {
		if t == "" {
			return errorf(ErrInvalidArg, "a topic's name is empty")
		}
		l.Add(t, PartitionAny, int64(OffsetInvalid), -1, nil)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := check(cabi.ConsumerSubscribe(c.handle, l)); err != nil {
		return err
	}
	c.rebalance = rebalanceCb
	return nil
}

// Unsubscribe leaves the group's topics.
func (c *Consumer) Unsubscribe() error {
	if err := c.usable(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pushStored()
	return check(cabi.ConsumerSubscribe(c.handle, &cabi.List{}))
}

// Subscription is what was subscribed to.
func (c *Consumer) Subscription() ([]string, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	b, e := cabi.ConsumerSubscription(c.handle)
	if e != nil {
		return nil, errorFromC(e)
	}
	topics := make([]string, len(b.Partitions))
	for i, row := range b.Partitions {
		topics[i] = b.Text(row.TopicOffset, row.TopicLen)
	}
	return topics, nil
}

func (c *Consumer) assign(how uint32, partitions []TopicPartition) error {
	if err := c.usable(); err != nil {
		return err
	}
	l, err := listOf(partitions)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if how != cabi.AssignAdd {
		c.pushStored()
	}
	if err := check(cabi.ConsumerAssign(c.handle, how, l)); err != nil {
		return err
	}
	c.answering.Store(false)
	switch how {
	case cabi.AssignNone:
		c.inbox.forgetAll(nil)
	case cabi.AssignReplace:
		c.inbox.forgetAll(partitions)
	default:
		c.inbox.forget(partitions)
	}
	return nil
}

// Assign replaces the assignment. OffsetInvalid means the committed offset, else auto.offset.reset.
func (c *Consumer) Assign(partitions []TopicPartition) error {
	return c.assign(cabi.AssignReplace, partitions)
}

// Unassign gives everything back.
func (c *Consumer) Unassign() error { return c.assign(cabi.AssignNone, nil) }

// IncrementalAssign adds to the assignment.
func (c *Consumer) IncrementalAssign(partitions []TopicPartition) error {
	return c.assign(cabi.AssignAdd, partitions)
}

// IncrementalUnassign takes from the assignment.
func (c *Consumer) IncrementalUnassign(partitions []TopicPartition) error {
	return c.assign(cabi.AssignRemove, partitions)
}

// Assignment is what this consumer reads.
func (c *Consumer) Assignment() ([]TopicPartition, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	b, e := cabi.ConsumerAssignment(c.handle)
	if e != nil {
		return nil, errorFromC(e)
	}
	return allPartitionsOf(b), nil
}

// AssignmentLost tells, in a rebalance callback, that the partitions are gone already: a commit would be refused.
func (c *Consumer) AssignmentLost() bool {
	lost, _, _ := cabi.ConsumerMembership(c.handle)
	return lost
}

// GetRebalanceProtocol is NONE, EAGER or COOPERATIVE.
func (c *Consumer) GetRebalanceProtocol() string {
	_, protocol, e := cabi.ConsumerMembership(c.handle)
	if e != nil {
		return "NONE"
	}
	return [...]string{"NONE", "EAGER", "COOPERATIVE"}[protocol]
}

func (c *Consumer) commit(ctx context.Context, offsets []TopicPartition) ([]TopicPartition, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	var l *cabi.List
	if offsets != nil {
		var err error
		if l, err = listOf(offsets); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	c.pushStored()
	c.mu.Unlock()
	return blocking(ctx, func() ([]TopicPartition, error) {
		b, e := cabi.ConsumerCommit(c.handle, l, true, millisOf(ctx, commitTimeoutMs*time.Millisecond))
		if e != nil {
			return nil, errorFromC(e)
		}
		return allPartitionsOf(b), nil
	})
}

// Commit commits the stored offsets, which are those of the messages returned so far, and waits. ErrNoOffset: nothing to commit.
func (c *Consumer) Commit() ([]TopicPartition, error) { return c.commit(context.Background(), nil) }

// CommitContext is Commit until the context ends.
func (c *Consumer) CommitContext(ctx context.Context) ([]TopicPartition, error) {
	return c.commit(ctx, nil)
}

// CommitMessage commits the offset after this message, and waits.
func (c *Consumer) CommitMessage(m *Message) ([]TopicPartition, error) {
	tp, err := after(m)
	if err != nil {
		return nil, err
	}
	return c.commit(context.Background(), tp)
}

// CommitOffsets commits these offsets (each is that of the next message to read), and waits.
func (c *Consumer) CommitOffsets(offsets []TopicPartition) ([]TopicPartition, error) {
	if offsets == nil {
		offsets = []TopicPartition{}
	}
	return c.commit(context.Background(), offsets)
}

func after(m *Message) ([]TopicPartition, error) {
	if m == nil {
		return nil, errorf(ErrInvalidArg, "the message is nil")
	}
	if m.TopicPartition.Error != nil {
		return nil, errorf(ErrInvalidArg, "a message with an error has no offset to commit: %v", m.TopicPartition.Error)
	}
	tp := m.TopicPartition
	tp.Offset++
	tp.LeaderEpoch = m.LeaderEpoch
	return []TopicPartition{tp}, nil
}

// StoreOffsets sets what the next Commit commits. It needs enable.auto.offset.store=false.
func (c *Consumer) StoreOffsets(offsets []TopicPartition) ([]TopicPartition, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	if c.autoStore {
		return nil, errorf(ErrInvalidArg, "enable.auto.offset.store must be false to store offsets")
	}
	l, err := listOf(offsets)
	if err != nil {
		return nil, err
	}
	if err := check(cabi.ConsumerStoreOffsets(c.handle, l)); err != nil {
		return nil, err
	}
	return append([]TopicPartition(nil), offsets...), nil
}

// StoreMessage stores the offset after this message.
func (c *Consumer) StoreMessage(m *Message) ([]TopicPartition, error) {
	tp, err := after(m)
	if err != nil {
		return nil, err
	}
	return c.StoreOffsets(tp)
}

// Seek goes on from partition.Offset. The timeout is that of the library when it is not positive.
func (c *Consumer) Seek(partition TopicPartition, timeoutMs int) error {
	if timeoutMs <= 0 {
		timeoutMs = commitTimeoutMs
	}
	done, err := c.seek([]TopicPartition{partition}, timeoutMs)
	if err != nil {
		return err
	}
	return done[0].Error
}

// SeekPartitions is Seek of several; each one's outcome is in its Error.
func (c *Consumer) SeekPartitions(partitions []TopicPartition) ([]TopicPartition, error) {
	return c.seek(partitions, commitTimeoutMs)
}

func (c *Consumer) seek(partitions []TopicPartition, timeoutMs int) ([]TopicPartition, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	l, err := listOf(partitions)
	if err != nil {
		return nil, err
	}
	// Held throughout, so that nothing fetched before the seek is put in the inbox after it.
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pushStored()
	b, e := cabi.ConsumerSeek(c.handle, l, timeoutMs)
	if e != nil {
		return nil, errorFromC(e)
	}
	done := allPartitionsOf(b)
	for _, p := range done {
		if p.Error == nil {
			c.inbox.moved(p)
		}
	}
	return done, nil
}

func (c *Consumer) pause(paused bool, partitions []TopicPartition) error {
	if err := c.usable(); err != nil {
		return err
	}
	l, err := listOf(partitions)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := check(cabi.ConsumerPause(c.handle, paused, l)); err != nil {
		return err
	}
	c.inbox.pause(partitions, paused)
	return nil
}

// Pause stops the delivery of these partitions; they stay assigned.
func (c *Consumer) Pause(partitions []TopicPartition) error { return c.pause(true, partitions) }

// Resume goes on after Pause.
func (c *Consumer) Resume(partitions []TopicPartition) error { return c.pause(false, partitions) }

// Position is the offset after the last message that was returned; OffsetInvalid before the first.
func (c *Consumer) Position(partitions []TopicPartition) ([]TopicPartition, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	if _, err := listOf(partitions); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]TopicPartition, len(partitions))
	for i, p := range partitions {
		out[i] = TopicPartition{Topic: p.Topic, Partition: p.Partition, Offset: c.inbox.positionOf(p)}
	}
	return out, nil
}

func (c *Consumer) offsets(which uint32, partitions []TopicPartition, timeoutMs int) ([]TopicPartition, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	l, err := listOf(partitions)
	if err != nil {
		return nil, err
	}
	b, e := cabi.ConsumerOffsets(c.handle, which, l, timeoutMs)
	if e != nil {
		return nil, errorFromC(e)
	}
	return allPartitionsOf(b), nil
}

// Committed is what the group committed; OffsetInvalid where nothing.
func (c *Consumer) Committed(partitions []TopicPartition, timeoutMs int) ([]TopicPartition, error) {
	return c.offsets(cabi.OffsetsCommitted, partitions, timeoutMs)
}

// OffsetsForTimes looks up, for each partition, the first offset whose timestamp is at or after its Offset, which is a time in
// milliseconds; OffsetEnd when there is none.
func (c *Consumer) OffsetsForTimes(times []TopicPartition, timeoutMs int) ([]TopicPartition, error) {
	return c.offsets(cabi.OffsetsForTimes, times, timeoutMs)
}

func (c *Consumer) watermarks(cached bool, topic string, partition int32, timeoutMs int) (low, high int64, err error) {
	if err := c.usable(); err != nil {
		return 0, 0, err
	}
	l, err := listOf([]TopicPartition{{Topic: &topic, Partition: partition, Offset: OffsetInvalid}})
	if err != nil {
		return 0, 0, err
	}
	low, high, e := cabi.ConsumerWatermarks(c.handle, cached, l, timeoutMs)
	return low, high, check(e)
}

// QueryWatermarkOffsets asks the broker for a partition's first and next offset.
func (c *Consumer) QueryWatermarkOffsets(topic string, partition int32, timeoutMs int) (low, high int64, err error) {
	return c.watermarks(false, topic, partition, timeoutMs)
}

// GetWatermarkOffsets is a partition's first and next offset as the last fetch said; OffsetInvalid where that is not known.
func (c *Consumer) GetWatermarkOffsets(topic string, partition int32) (low, high int64, err error) {
	return c.watermarks(true, topic, partition, 0)
}

// GetMetadata asks the cluster about one topic, or all of them.
func (c *Consumer) GetMetadata(topic *string, allTopics bool, timeoutMs int) (*Metadata, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	return getMetadata(c.handle, topic, allTopics, timeoutMs)
}

// ConsumerGroupMetadata tells which membership of a group wrote something.
type ConsumerGroupMetadata struct {
	groupID         string
	generationID    int32
	memberID        string
	groupInstanceID *string
}

// GetConsumerGroupMetadata is this consumer's membership.
func (c *Consumer) GetConsumerGroupMetadata() (*ConsumerGroupMetadata, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	text, e := cabi.ConsumerGroupMetadata(c.handle)
	if e != nil {
		return nil, errorFromC(e)
	}
	var m struct {
		GroupID         string  `json:"group_id"`
		GenerationID    int32   `json:"generation_id"`
		MemberID        string  `json:"member_id"`
		GroupInstanceID *string `json:"group_instance_id"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, errorf(ErrBadMsg, "the group's metadata cannot be read: %v", err)
	}
	return &ConsumerGroupMetadata{m.GroupID, m.GenerationID, m.MemberID, m.GroupInstanceID}, nil
}

// NewTestConsumerGroupMetadata is for tests that need one of a group without a consumer.
func NewTestConsumerGroupMetadata(groupID string) (*ConsumerGroupMetadata, error) {
	if groupID == "" {
		return nil, errorf(ErrInvalidArg, "the group has no name")
	}
	return &ConsumerGroupMetadata{groupID: groupID, generationID: -1}, nil
}

// Close gives the partitions back (the rebalance callback is called), commits what is stored when enable.auto.commit is on,
// leaves the group, and stops. A Poll on another goroutine returns. It may be called from the rebalance callback, which is then not
// called again. A second call returns ErrState.
func (c *Consumer) Close() (err error) {
	if !c.closing.CompareAndSwap(false, true) {
		return errClosed("consumer")
	}
	// Also when the callback panics.
	defer func() { err = c.end() }()
	c.giveBack()
	return nil
}

// giveBack lets the application see its partitions go. Within its callback it sees that already.
func (c *Consumer) giveBack() {
	c.mu.Lock()
	callback := c.rebalance
	c.mu.Unlock()
	if callback == nil || c.inCallback.Load() {
		return
	}
	if assigned, err := c.Assignment(); err == nil && len(assigned) > 0 {
		c.mu.Lock()
		c.pushStored()
		c.mu.Unlock()
		callback(c, RevokedPartitions{Partitions: assigned})
	}
}

func (c *Consumer) end() error {
	c.closed.Store(true)
	close(c.done)
	c.control.Stop()
	c.waiter.close()
	if !c.inCallback.Load() {
		c.routines.Wait() // else it may be the goroutine of Events() itself that is here
	}
	c.mu.Lock()
	c.pushStored()
	c.inbox = inbox{}
	c.inbox.start()
	e := cabi.ConsumerClose(c.handle, closeTimeoutMs)
	if !c.byChannel {
		close(c.events)
	}
	c.mu.Unlock()
	if c.mock != nil {
		c.mock.Close()
	}
	return check(e)
}
