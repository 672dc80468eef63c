//go:build cgo

package streams

import (
	"math"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Clock is what a timer goes by.
type Clock int

const (
	// EventTimeClock is the greatest time of a row so far.
	EventTimeClock Clock = iota
	// WallClock is the machine's.
	WallClock
)

// What a change of state does, by its number at the border.
const (
	changePut = iota
	changeDelete
	changeSet
	_
	changeCancel
)

// Processor is a function with bytes for each key, and timers. Process gets the rows as MapBatch does and gives rows as there, or nil for
// none. Timers gets the keys whose timers are due, and in _timestamp the times that they were set for; it gives rows with the key's
// columns and _timestamp, or nil. A batch comes before the timers that it makes due. Timers may be nil where none is set.
type Processor struct {
	Process func(in *Batch, state *KeyState) (*Batch, error)
	Timers  func(due *Batch, clock Clock, state *KeyState) (*Batch, error)
}

// KeyState is what is kept for the keys of a batch, and their timers. Rows are named by their number; rows of one key share what it has. Both
// come back after a stop, as they were at the last commit.
type KeyState struct {
	keys   []int64
	now    map[int64][]byte
	event  int64
	key    []int64
	what   []int64
	value  [][]byte
	has    []bool
	time   []int64
	timing []bool
}

// Get is what the key of this row has; nil where it has nothing.
func (s *KeyState) Get(row int) []byte { return s.now[s.keys[row]] }

// Put keeps bytes for the key of this row; nil is nothing, as Delete.
func (s *KeyState) Put(row int, value []byte) {
	if value == nil {
		s.Delete(row)
		return
	}
	kept := append([]byte{}, value...)
	s.now[s.keys[row]] = kept
	s.change(row, changePut, kept, true, 0, false)
}

// Delete forgets what the key of this row has. Its timers stay.
func (s *KeyState) Delete(row int) {
	delete(s.now, s.keys[row])
	s.change(row, changeDelete, nil, false, 0, false)
}

// SetTimer calls Timers for the key of this row at a time. The same time twice is one call.
func (s *KeyState) SetTimer(row int, clock Clock, at time.Time) {
	s.change(row, changeSet+int64(clock), nil, false, at.UnixMilli(), true)
}

// CancelTimer takes back a timer that was set for this time.
func (s *KeyState) CancelTimer(row int, clock Clock, at time.Time) {
	s.change(row, changeCancel+int64(clock), nil, false, at.UnixMilli(), true)
}

// EventTime is the greatest time of a row so far; false before the first.
func (s *KeyState) EventTime() (time.Time, bool) {
	return time.UnixMilli(s.event), s.event != math.MinInt64
}

func (s *KeyState) change(row int, what int64, value []byte, has bool, at int64, timing bool) {
	s.key, s.what, s.value, s.has = append(s.key, s.keys[row]), append(s.what, what), append(s.value, value), append(s.has, has)
	s.time, s.timing = append(s.time, at), append(s.timing, timing)
}

func (s *KeyState) columns() ([]*cabi.Column, int) {
	if len(s.key) == 0 {
		return nil, 0
	}
	return []*cabi.Column{
		{Name: "_key", Type: "int", Ints: s.key},
		{Name: "what", Type: "int", Ints: s.what},
		{Name: "value", Type: "bytes", Bytes: s.value, Valid: s.has},
		{Name: "time", Type: "int", Ints: s.time, Valid: s.timing},
	}, len(s.key)
}

func stateOf(in *Batch, eventTime int64) *KeyState {
	s := &KeyState{keys: in.Int64s("_key"), now: map[int64][]byte{}, event: eventTime}
	kept, valid := in.Bytes("_state"), in.Valid("_state")
	seen := map[int64]bool{}
	for i, k := range s.keys {
		if !seen[k] && (valid == nil || valid[i]) {
			s.now[k] = kept[i]
		}
		seen[k] = true
	}
	return s
}

// Process runs a function with state for each key and timers; it gives value columns of these fields. The rows move to the partition of
// their key first. State and timers are in a changelog.
func (s *Stream) Process(name string, columns ColumnSet, p Processor) *Stream {
	s.at.b.named(name, cabi.Function{Name: name, Process: func(why int, eventTime int64, in []*cabi.Column, rows int) ([]*cabi.Column, int, []*cabi.Column, int, error) {
		batch := &Batch{columns: in, rows: rows}
		state := stateOf(batch, eventTime)
		var out *Batch
		var err error
		switch {
		case why == 0 && p.Process != nil:
			out, err = p.Process(batch, state)
		case why > 0 && p.Timers != nil:
			out, err = p.Timers(batch, Clock(why-1), state)
		}
		if err == nil && out != nil {
			err = out.whole()
		}
		if err != nil {
			return nil, 0, nil, 0, err
		}
		changes, n := state.columns()
		if out == nil {
			return nil, 0, changes, n, nil
		}
		return out.columns, out.rows, changes, n, nil
	}})
	fields := []Field{}
	if columns != nil {
		fields = columns.fields()
	}
	return &Stream{s.at.then(object{"process": object{"function": name, "fields": fields}})}
}
