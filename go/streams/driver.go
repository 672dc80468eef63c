//go:build cgo

package streams

import (
	"sync/atomic"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Record is a record that a program wrote. A null key or value is nil; an empty one is not.
type Record struct {
	Key, Value []byte
	Time       time.Time
}

// TestDriver runs a program without a broker. Every record is worked off to its end before Pipe returns, and time is what the test says.
// Calls are one at a time; a second goroutine waits. A function of the program cannot call it.
type TestDriver struct {
	b      *Builder
	handle atomic.Uint64
}

// DriverOption is how a test driver is made.
type DriverOption func(map[string]int32)

// Partitions gives a source topic more than one partition.
func Partitions(topic string, n int) DriverOption {
	return func(m map[string]int32) { m[topic] = int32(n) }
}

// NewTestDriver checks the program and makes a driver of it. The wall clock begins at 0.
func NewTestDriver(b *Builder, opts ...DriverOption) (*TestDriver, error) {
	plan, err := b.plan()
	if err != nil {
		return nil, err
	}
	partitions := map[string]int32{}
	for _, o := range opts {
		o(partitions)
	}
	h, e := cabi.DriverNew(plan, partitions, b.functionList())
	if e != nil {
		return nil, errorOf(e)
	}
	d := &TestDriver{b: b}
	d.handle.Store(h)
	return d, nil
}

func (d *TestDriver) open() (uint64, error) {
	h := d.handle.Load()
	if h == 0 {
		return 0, errClosed("test driver")
	}
	return h, nil
}

// Pipe feeds one record to partition 0 of a topic that the program reads. A nil key or value is null.
func (d *TestDriver) Pipe(topic string, key, value []byte, t time.Time) error {
	return d.PipeTo(topic, 0, key, value, t)
}

// PipeString is Pipe for text; an empty key is null.
func (d *TestDriver) PipeString(topic, key, value string, t time.Time) error {
	var k []byte
	if key != "" {
		k = []byte(key)
	}
	return d.PipeTo(topic, 0, k, append([]byte{}, value...), t)
}

// PipeTo is Pipe to a partition.
func (d *TestDriver) PipeTo(topic string, partition int32, key, value []byte, t time.Time) error {
	h, err := d.open()
	if err != nil {
		return err
	}
	return check(cabi.DriverPipe(h, topic, partition, key, value, t.UnixMilli()))
}

// AdvanceTime sets the least event time, as if a later record had come: windows that are closed by then go out.
func (d *TestDriver) AdvanceTime(t time.Time) error {
	h, err := d.open()
	if err != nil {
		return err
	}
	return check(cabi.DriverAdvanceTime(h, t.UnixMilli()))
}

// AdvanceWall moves the wall clock on: for inputs that count as idle.
func (d *TestDriver) AdvanceWall(by time.Duration) error {
	h, err := d.open()
	if err != nil {
		return err
	}
	return check(cabi.DriverAdvanceWall(h, millis(by)))
}

// Read is the next record that was written to a topic; nil when there is none.
func (d *TestDriver) Read(topic string) (*Record, error) {
	all, err := d.read(topic, 1)
	if len(all) == 0 {
		return nil, err
	}
	return &all[0], err
}

// ReadAll are the records that were written to a topic since the last read.
func (d *TestDriver) ReadAll(topic string) ([]Record, error) { return d.read(topic, 1<<30) }

func (d *TestDriver) read(topic string, limit int) ([]Record, error) {
	h, err := d.open()
	if err != nil {
		return nil, err
	}
	b, e := cabi.DriverRead(h, topic, limit)
	if e != nil {
		return nil, errorOf(e)
	}
	if b == nil {
		return nil, nil
	}
	out := make([]Record, len(b.Records))
	for i, r := range b.Records {
		at := b.Arena[r.DataOffset:]
		part := func(n int32) []byte {
			if n < 0 {
				return nil
			}
			p := at[:n:n]
			at = at[n:]
			return p
		}
		out[i] = Record{Key: part(r.KeyLen), Value: part(r.ValueLen), Time: time.UnixMilli(r.Timestamp)}
	}
	return out, nil
}

// Table is what a table holds, sorted by key: key and value columns, and last _timestamp.
func (d *TestDriver) Table(t *Table) (*Batch, error) {
	h, err := d.open()
	if err != nil {
		return nil, err
	}
	if err := d.b.mine(t); err != nil {
		return nil, err
	}
	columns, rows, e := cabi.DriverTable(h, t.at.id)
	if e != nil {
		return nil, errorOf(e)
	}
	return &Batch{columns: columns, rows: rows}, nil
}

// Metrics are the figures so far; those of a broker and of time are 0.
func (d *TestDriver) Metrics() (Metrics, error) {
	h, err := d.open()
	if err != nil {
		return Metrics{}, err
	}
	return metricsOf(cabi.DriverMetrics(h))
}

// Restart ends the program and starts it again from what its changelogs would hold.
func (d *TestDriver) Restart() error {
	h, err := d.open()
	if err != nil {
		return err
	}
	return check(cabi.DriverRestart(h))
}

// Close ends the program. A second Close does nothing.
func (d *TestDriver) Close() {
	if h := d.handle.Swap(0); h != 0 {
		cabi.DriverClose(h)
	}
}
