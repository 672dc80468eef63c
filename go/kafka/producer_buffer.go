//go:build cgo

package kafka

import (
	"encoding/binary"
	"math"
	"sync"
	"sync/atomic"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

const (
	// blockBytes is how much memory the buffer takes at a time. Reports of delivered messages point into it, so it is not written
	// twice; when the last report is gone the collector has it. Where reports carry neither keys nor values it is used again.
	blockBytes = 64 * 1024
	// blocksKept is how many wait to be used again.
	blocksKept = 8
)

// batch is what crosses at once.
type batch struct {
	arena []byte
	sends []cabi.Send
	group *group
}

// buffer holds messages that were produced and not handed over yet, encoded as they will cross.
type buffer struct {
	full  []batch // earlier than the open one
	open  batch   // its arena grows within its capacity alone
	spare []cabi.Send
	// Blocks that have crossed and that nothing points into.
	blocks [][]byte
	topic  *string // our copy of the open batch's last topic
	at     uint64
	added  uint64 // messages ever
	taken  uint64 // of them, those that take returned
}

// add encodes a message and tells whether the buffer was empty.
func (b *buffer) add(msg *Message, size int, delivery chan Event, fields reportFields, groups *groups) (first bool) {
	first = len(b.open.sends) == 0 && len(b.full) == 0
	topic := *msg.TopicPartition.Topic
	need := size + 8*len(msg.Headers) + len(topic)
	if cap(b.open.arena)-len(b.open.arena) < need {
		if len(b.open.sends) > 0 {
			b.full = append(b.full, b.open)
			b.open = batch{}
		}
		b.open.arena = b.block(need)
	}
	if b.open.sends == nil {
		b.open.sends, b.spare = b.spare[:0], nil
	}
	if b.open.group == nil {
		b.open.group = groups.open()
	}
	token, slot := b.open.group.add()
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
	slot.delivery, slot.opaque = delivery, msg.Opaque
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

func (b *buffer) block(need int) []byte {
	if n := len(b.blocks); n > 0 && need <= blockBytes {
		block := b.blocks[n-1]
		b.blocks[n-1] = nil
		b.blocks = b.blocks[:n-1]
		return block
	}
	return make([]byte, 0, max(blockBytes, need))
}

// take returns the oldest batch; the rest of an open one's block goes on as the next one's.
func (b *buffer) take() (batch, bool) {
	if len(b.full) > 0 {
		t := b.full[0]
		b.full[0] = batch{}
		if b.full = b.full[1:]; len(b.full) == 0 {
			b.full = nil
		}
		return b.took(t), true
	}
	if len(b.open.sends) == 0 {
		return batch{}, false
	}
	t := b.open
	n := len(t.arena)
	b.open = batch{arena: t.arena[n:n:cap(t.arena)]}
	t.arena = t.arena[:n:n]
	return b.took(t), true
}

func (b *buffer) took(t batch) batch {
	b.taken += uint64(len(t.sends))
	t.group.left.Store(int32(len(t.group.rows)))
	return t
}

// giveBack lets the table of a batch that has crossed be used again, and its block when it is whole and no report points into it.
func (b *buffer) giveBack(t batch, fields reportFields) {
	if t.group == nil {
		return
	}
	if cap(t.sends) > cap(b.spare) && cap(t.sends) <= 16*1024 {
		b.spare = t.sends[:0]
	}
	// A block that was taken half full goes on as the open one: its capacity tells.
	if !fields.key && !fields.value && cap(t.arena) == blockBytes && len(b.blocks) < blocksKept {
		b.blocks = append(b.blocks, t.arena[:0])
	}
}

// pending is a message whose report is still to come.
type pending struct {
	topic      *string // nil where the report has come
	partition  int32
	size       int
	key, value []byte
	headers    []Header
	opaque     interface{}
	delivery   chan Event
}

// group is what crosses at once, as its reports need it. Under the producer's lock it is filled; once it is taken, a row belongs to whoever
// has the report of its token, so that reports are made without that lock.
type group struct {
	id   uint32
	rows []pending
	left atomic.Int32 // rows without a report
}

// add gives a message its row, and its token: the group's number and the row's.
func (g *group) add() (uint64, *pending) {
	i := len(g.rows)
	g.rows = append(g.rows, pending{})
	return uint64(g.id)<<32 | uint64(i), &g.rows[i]
}

const (
	// groupsKept is how many groups wait to be used again, and groupRowsKept how large one may be for it.
	groupsKept    = 32
	groupRowsKept = 16 * 1024
)

// groups finds them by their numbers.
type groups struct {
	mu    sync.Mutex
	byID  map[uint32]*group
	last  uint32
	spare []*group
}

func (g *groups) open() *group {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out *group
	if n := len(g.spare); n > 0 {
		out, g.spare[n-1] = g.spare[n-1], nil
		g.spare = g.spare[:n-1]
	} else {
		out = &group{}
	}
	for g.last++; g.byID[g.last] != nil; g.last++ {
	}
	out.id = g.last
	if g.byID == nil {
		g.byID = map[uint32]*group{}
	}
	g.byID[out.id] = out
	return out
}

// found is the group of the token before, which is likely that of the next one, too. It remembers the number itself: once another goroutine
// has reported the group's last row, the group is somebody else's.
type found struct {
	id    uint32
	group *group
}

// of is a token's group; nil where there is none.
func (g *groups) of(token uint64, before *found) *group {
	id := uint32(token >> 32)
	if before.group == nil || before.id != id {
		g.mu.Lock()
		*before = found{id, g.byID[id]}
		g.mu.Unlock()
	}
	return before.group
}

// at is a token's row; nil for a token that was never given or whose report has come.
func (g *group) at(token uint64) *pending {
	if i := token & math.MaxUint32; g != nil && i < uint64(len(g.rows)) && g.rows[i].topic != nil {
		return &g.rows[i]
	}
	return nil
}

// reported lets a row go; with the last one the group, which is then another's.
func (g *groups) reported(of *group, row *pending) {
	*row = pending{}
	if of.left.Add(-1) > 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.byID, of.id)
	if len(g.spare) < groupsKept && cap(of.rows) <= groupRowsKept {
		of.rows = of.rows[:0]
		g.spare = append(g.spare, of)
	}
}
