//go:build cgo

package kafka

import (
	"encoding/binary"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

const (
	// recordsPerCrossing and bytesPerCrossing bound what is fetched from the library at once. A message keeps the bytes of its
	// whole crossing alive.
	recordsPerCrossing = 2_000
	bytesPerCrossing   = 512 * 1024
	// controlEvery is how long messages are served from memory before the library is asked for rebalances and told what was consumed.
	controlEvery = 50 * time.Millisecond
	// messagesTogether are allocated at once; one that is kept keeps them.
	messagesTogether = 128
)

// place is what is known of one partition.
type place struct {
	topic     *string
	partition int32
	// generation moves on when what was fetched is void: a seek, a revocation.
	generation uint32
	position   int64 // one after the last message returned, OffsetInvalid before
	epoch      *int32
	stored     bool // what is before position was told to the library
	paused     bool
}

type placeKey struct {
	topic     string
	partition int32
}

// item is one event of a batch, for records with how far it was returned.
type item struct {
	batch      *cabi.Batch
	event      *cabi.Event
	place      *place // of records
	generation uint32
	next       uint32 // of the event's records
}

// inbox holds what was fetched and not returned yet, and the positions. It is a plain structure: the consumer's mutex guards it.
type inbox struct {
	places map[placeKey]*place
	topics map[string]*string
	items  []item // from head on
	head   int
	held   []item    // of paused partitions
	dirty  []*place  // not stored yet
	slab   []Message // made together, given out one by one
}

func (b *inbox) start() {
	b.places, b.topics = map[placeKey]*place{}, map[string]*string{}
}

func (b *inbox) place(topic string, partition int32) *place {
	p := b.places[placeKey{topic, partition}]
	if p == nil {
		t := b.topics[topic]
		if t == nil {
			t = &topic
			b.topics[topic] = t
		}
		p = &place{topic: t, partition: partition, position: int64(OffsetInvalid), stored: true}
		b.places[placeKey{topic, partition}] = p
	}
	return p
}

func (b *inbox) itemOf(batch *cabi.Batch, event *cabi.Event) item {
	it := item{batch: batch, event: event}
	if event.Kind == cabi.EventRecords {
		it.place = b.place(batch.Text(event.TopicOffset, event.TopicLen), event.Partition)
		it.generation = it.place.generation
		if event.LeaderEpoch >= 0 && (it.place.epoch == nil || *it.place.epoch != event.LeaderEpoch) {
			epoch := event.LeaderEpoch
			it.place.epoch = &epoch
		}
	}
	return it
}

// add queues a batch behind what is there.
func (b *inbox) add(batch *cabi.Batch) {
	if b.head == len(b.items) {
		clear(b.items)
		b.items, b.head = b.items[:0], 0
	}
	for i := range batch.Events {
		b.items = append(b.items, b.itemOf(batch, &batch.Events[i]))
	}
}

// addUrgent puts a batch's rebalances, commits and errors before what is there: they must not wait for messages.
func (b *inbox) addUrgent(batch *cabi.Batch) {
	var first, last []item
	for i := range batch.Events {
		it := b.itemOf(batch, &batch.Events[i])
		if it.event.Kind == cabi.EventRecords || it.event.Kind == cabi.EventEOF {
			last = append(last, it)
		} else {
			first = append(first, it)
		}
	}
	b.items = append(append(first, b.items[b.head:]...), last...)
	b.head = 0
}

// next returns the next message, or the next other event; neither when the inbox is empty.
func (b *inbox) next(store bool) (*Message, *item) {
	it := b.front()
	if it == nil {
		return nil, nil
	}
	if it.place == nil {
		out := *it
		*it = item{}
		b.head++
		return nil, &out
	}
	if len(b.slab) == 0 {
		b.slab = make([]Message, min(it.event.Count-it.next, messagesTogether))
	}
	m := &b.slab[0]
	b.slab = b.slab[1:]
	r := &it.batch.Records[it.event.First+it.next]
	it.next++
	fillMessage(m, it.batch, r, it.place)
	it.place.position = r.Offset + 1
	if store && it.place.stored {
		it.place.stored = false
		b.dirty = append(b.dirty, it.place)
	}
	return m, nil
}

// front is what comes next: records of which one is left, or another event. What is void or used up goes, what is paused is held back.
func (b *inbox) front() *item {
	for b.head < len(b.items) {
		it := &b.items[b.head]
		switch {
		case it.place == nil:
			return it
		case it.generation != it.place.generation || it.next == it.event.Count:
		case it.place.paused:
			b.held = append(b.held, *it)
		default:
			return it
		}
		*it = item{}
		b.head++
	}
	return nil
}

// nextMessage is the next message where no other event comes before it.
func (b *inbox) nextMessage(store bool) *Message {
	if it := b.front(); it == nil || it.place == nil {
		return nil
	}
	m, _ := b.next(store)
	return m
}

// fillMessage makes an empty message that of a record; its bytes are those of the batch.
func fillMessage(m *Message, b *cabi.Batch, r *cabi.Record, p *place) {
	to := &m.TopicPartition
	to.Topic, to.Partition, to.Offset, to.LeaderEpoch = p.topic, p.partition, Offset(r.Offset), p.epoch
	m.Timestamp, m.TimestampType, m.LeaderEpoch = timeOf(r.Timestamp), TimestampType(r.TimestampType), p.epoch
	at := r.DataOffset
	slice := func(n int32) []byte {
		if n < 0 {
			return nil
		}
		end := at + uint64(n)
		s := b.Arena[at:end:end]
		at = end
		return s
	}
	m.Key = slice(r.KeyLen)
	m.Value = slice(r.ValueLen)
	if r.HeaderCount > 0 {
		m.Headers = make([]Header, r.HeaderCount)
		for i := range m.Headers {
			nameLen := int32(binary.NativeEndian.Uint32(b.Arena[at:]))
			valueLen := int32(binary.NativeEndian.Uint32(b.Arena[at+4:]))
			at += 8
			m.Headers[i].Key = string(slice(nameLen))
			m.Headers[i].Value = slice(valueLen)
		}
	}
}

// forgetAll voids what was fetched and all positions, but for those partitions of a new assignment that go on where they are.
func (b *inbox) forgetAll(assigned []TopicPartition) {
	goesOn := map[placeKey]bool{}
	for _, tp := range assigned {
		if tp.Offset == OffsetInvalid {
			goesOn[placeKey{topicOf(tp.Topic), tp.Partition}] = true
		}
	}
	for key, p := range b.places {
		if !goesOn[key] {
			p.generation++
			p.stored = true
			delete(b.places, key)
		}
	}
	b.dropVoid()
}

// forget voids what was fetched of these partitions, and their positions.
func (b *inbox) forget(partitions []TopicPartition) {
	for _, tp := range partitions {
		key := placeKey{topicOf(tp.Topic), tp.Partition}
		if p := b.places[key]; p != nil {
			p.generation++
			p.stored = true
			delete(b.places, key)
		}
	}
	b.dropVoid()
}

// moved voids what was fetched of a partition that was sought.
func (b *inbox) moved(tp TopicPartition) {
	if p := b.places[placeKey{topicOf(tp.Topic), tp.Partition}]; p != nil {
		p.generation++
		p.position = int64(OffsetInvalid)
		b.dropVoid()
	}
}

func (b *inbox) dropVoid() {
	kept := b.held[:0]
	for _, it := range b.held {
		if it.generation == it.place.generation {
			kept = append(kept, it)
		}
	}
	clear(b.held[len(kept):])
	b.held = kept
	dirty := b.dirty[:0]
	for _, p := range b.dirty {
		if !p.stored {
			dirty = append(dirty, p)
		}
	}
	b.dirty = dirty
}

// pause holds back, or gives again, what was fetched of these partitions.
func (b *inbox) pause(partitions []TopicPartition, paused bool) {
	for _, tp := range partitions {
		b.place(topicOf(tp.Topic), tp.Partition).paused = paused
	}
	if paused {
		return
	}
	var back, still []item
	for _, it := range b.held {
		if it.place.paused {
			still = append(still, it)
		} else {
			back = append(back, it)
		}
	}
	if len(back) > 0 {
		b.items = append(back, b.items[b.head:]...)
		b.head, b.held = 0, still
	}
}

func (b *inbox) positionOf(tp TopicPartition) Offset {
	if p := b.places[placeKey{topicOf(tp.Topic), tp.Partition}]; p != nil {
		return Offset(p.position)
	}
	return OffsetInvalid
}

// takeDirty is what was consumed since the last time, nil when nothing was.
func (b *inbox) takeDirty() *cabi.List {
	if len(b.dirty) == 0 {
		return nil
	}
	l := &cabi.List{}
	for _, p := range b.dirty {
		p.stored = true
		if p.position < 0 {
			continue
		}
		epoch := int32(-1)
		if p.epoch != nil {
			epoch = *p.epoch
		}
		l.Add(*p.topic, p.partition, p.position, epoch, nil)
	}
	b.dirty = b.dirty[:0]
	return l
}
