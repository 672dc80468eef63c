//go:build cgo

package kafka

import (
	"encoding/binary"
	"math"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// blockBytes is how much memory the buffer takes at a time. Reports of delivered messages point into it, so it is never written
// twice; when the last report is gone the collector has it.
const blockBytes = 64 * 1024

// batch is what crosses at once.
type batch struct {
	arena []byte
	sends []cabi.Send
}

// buffer holds messages that were produced and not handed over yet, encoded as they will cross.
type buffer struct {
	full  []batch // earlier than the open one
	open  batch   // its arena grows within its capacity alone
	spare []cabi.Send
	topic *string // our copy of the open batch's last topic
	at    uint64
	added uint64 // messages ever
	taken uint64 // of them, those that take returned
}

// add encodes a message and tells whether the buffer was empty.
func (b *buffer) add(msg *Message, token uint64, size int, slot *pending, fields reportFields) (first bool) {
	first = len(b.open.sends) == 0 && len(b.full) == 0
	topic := *msg.TopicPartition.Topic
	need := size + 8*len(msg.Headers) + len(topic)
	if cap(b.open.arena)-len(b.open.arena) < need {
		if len(b.open.sends) > 0 {
			b.full = append(b.full, b.open)
			b.open = batch{}
		}
		b.open.arena = make([]byte, 0, max(blockBytes, need))
	}
	if b.open.sends == nil {
		b.open.sends, b.spare = b.spare[:0], nil
	}
	arena := b.open.arena
	if b.topic == nil || topic != *b.topic {
		b.topic = &topic
		b.at = math.MaxUint64
	}
	if len(b.open.sends) == 0 || b.at == math.MaxUint64 {
		b.at = uint64(len(arena))
		arena = append(arena, topic...)
	}
	start := len(arena)
	row := cabi.Send{
		Token: token, DataOffset: uint64(start), KeyLen: -1, ValueLen: -1, HeaderCount: uint32(len(msg.Headers)),
		TopicOffset: b.at, TopicLen: uint32(len(topic)), Partition: msg.TopicPartition.Partition,
	}
	slot.topic, slot.partition, slot.size = b.topic, row.Partition, size
	if msg.Key != nil {
		row.KeyLen = int32(len(msg.Key))
		arena = append(arena, msg.Key...)
		if fields.key {
			slot.key = arena[start:len(arena):len(arena)]
		}
	}
	if msg.Value != nil {
		row.ValueLen = int32(len(msg.Value))
		at := len(arena)
		arena = append(arena, msg.Value...)
		if fields.value {
			slot.value = arena[at:len(arena):len(arena)]
		}
	}
	if len(msg.Headers) > 0 {
		at := len(arena)
		for _, h := range msg.Headers {
			valueLen := int32(-1)
			if h.Value != nil {
				valueLen = int32(len(h.Value))
			}
			arena = binary.NativeEndian.AppendUint32(arena, uint32(len(h.Key)))
			arena = binary.NativeEndian.AppendUint32(arena, uint32(valueLen))
			arena = append(arena, h.Key...)
			arena = append(arena, h.Value...)
		}
		row.HeadersLen = uint32(len(arena) - at)
		if fields.headers {
			slot.headers = msg.Headers
		}
	}
	if !msg.Timestamp.IsZero() {
		row.Timestamp = msg.Timestamp.UnixMilli()
	}
	b.open.arena = arena
	b.open.sends = append(b.open.sends, row)
	b.added++
	return first
}

// take returns the oldest batch; the rest of an open one's block goes on as the next one's.
func (b *buffer) take() (batch, bool) {
	if len(b.full) > 0 {
		t := b.full[0]
		b.full[0] = batch{}
		if b.full = b.full[1:]; len(b.full) == 0 {
			b.full = nil
		}
		b.taken += uint64(len(t.sends))
		return t, true
	}
	if len(b.open.sends) == 0 {
		return batch{}, false
	}
	t := b.open
	n := len(t.arena)
	b.open = batch{arena: t.arena[n:n:cap(t.arena)]}
	t.arena = t.arena[:n:n]
	b.taken += uint64(len(t.sends))
	return t, true
}

// giveBack lets the table of a batch that has crossed be used again.
func (b *buffer) giveBack(sends []cabi.Send) {
	if cap(sends) > cap(b.spare) && cap(sends) <= 16*1024 {
		b.spare = sends[:0]
	}
}

// pending is a message whose report is still to come.
type pending struct {
	topic      *string
	partition  int32
	next       int32 // in the list of free ones, -1 ends it
	size       int
	key, value []byte
	headers    []Header
	opaque     interface{}
	delivery   chan Event
}

// pendings gives each message a token, which is its place here.
type pendings struct {
	slots []pending
	free  int32 // the first free place plus one, 0 is none
}

func (p *pendings) add() (uint64, *pending) {
	if p.free > 0 {
		i := p.free - 1
		slot := &p.slots[i]
		p.free = slot.next
		return uint64(i), slot
	}
	p.slots = append(p.slots, pending{})
	i := len(p.slots) - 1
	return uint64(i), &p.slots[i]
}

// take empties a place. A token that was never given is not there.
func (p *pendings) take(token uint64) (pending, bool) {
	if token >= uint64(len(p.slots)) || p.slots[token].topic == nil {
		return pending{}, false
	}
	out := p.slots[token]
	p.slots[token] = pending{next: p.free}
	p.free = int32(token) + 1
	return out, true
}
