//go:build cgo

package streams

import (
	"errors"
	"strconv"
	"testing"
	"time"
)

// The sum per key; ten seconds behind its first row it goes out, and the key is forgotten.
func sums(b *Builder) {
	b.Stream("in", Fields{{"k", String}, {"n", Int}}, Key("k")).Process("sums", Fields{{"sum", Int}}, Processor{
		Process: func(in *Batch, state *KeyState) (*Batch, error) {
			for i, n := range in.Int64s("n") {
				sum, err := strconv.ParseInt(string(state.Get(i)), 10, 64)
				if err != nil {
					state.SetTimer(i, EventTimeClock, time.UnixMilli(in.Int64s("_timestamp")[i]+10_000))
				}
				state.Put(i, strconv.AppendInt(nil, sum+n, 10))
			}
			return nil, nil
		},
		Timers: func(due *Batch, clock Clock, state *KeyState) (*Batch, error) {
			if clock != EventTimeClock {
				return nil, errors.New("another clock")
			}
			var out []int64
			for i := range due.Len() {
				n, err := strconv.ParseInt(string(state.Get(i)), 10, 64)
				if err != nil {
					return nil, err
				}
				out = append(out, n)
				state.Delete(i)
			}
			return NewBatch().Keep(due, "k", "_timestamp").AddInt64s("sum", out, nil), nil
		},
	}).To("out", Columns("sum"))
}

func TestStateAndTimers(t *testing.T) {
	b := New("process")
	sums(b)
	d := driverOf(t, b)
	feed(t, d, "in", `a={"n":1}@1000`, `b={"n":5}@2000`, `a={"n":2}@3000`)
	wantWritten(t, d, "out")
	must(t, d.Restart())
	feed(t, d, "in", `a={"n":4}@4000`, `c={"n":9}@11500`)
	wantWritten(t, d, "out", `a={"sum":7}@11000`)
	must(t, d.AdvanceTime(time.UnixMilli(12_000)))
	wantWritten(t, d, "out", `b={"sum":5}@12000`)
}

func TestTimersOfTheWallClock(t *testing.T) {
	b := New("process")
	b.Stream("in", Fields{{"k", String}, {"n", Int}}, Key("k")).Process("wall", Fields{{"x", Int}}, Processor{
		Process: func(in *Batch, state *KeyState) (*Batch, error) {
			state.SetTimer(0, WallClock, time.UnixMilli(5000))
			state.SetTimer(0, WallClock, time.UnixMilli(6000))
			state.CancelTimer(0, WallClock, time.UnixMilli(6000))
			if at, ok := state.EventTime(); !ok || at.UnixMilli() != 10 {
				return nil, errors.New("no event time")
			}
			return NewBatch().AddInt64s("x", in.Int64s("n"), nil), nil
		},
		Timers: func(due *Batch, clock Clock, state *KeyState) (*Batch, error) {
			return NewBatch().Keep(due, "k", "_timestamp").AddInt64s("x", []int64{int64(clock)}, nil), nil
		},
	}).To("out", Columns("x"))
	d := driverOf(t, b)
	feed(t, d, "in", `a={"n":7}@10`)
	wantWritten(t, d, "out", `a={"x":7}@10`)
	must(t, d.AdvanceWall(4999*time.Millisecond))
	wantWritten(t, d, "out")
	must(t, d.AdvanceWall(10*time.Second))
	wantWritten(t, d, "out", `a={"x":1}@5000`)
}

func TestAProcessorThatFails(t *testing.T) {
	quiet(t)
	b := New("process")
	b.Stream("in", Fields{{"k", String}, {"n", Int}}, Key("k")).Process("fails", Fields{{"x", Int}}, Processor{
		Process: func(in *Batch, state *KeyState) (*Batch, error) { return nil, errors.New("no luck") },
	}).To("out")
	d := driverOf(t, b)
	wantText(t, d.Pipe("in", []byte("a"), []byte(`{"n":1}`), time.UnixMilli(1)), "no luck", `"fails"`)
}
