//go:build cgo

package streams

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
	"github.com/wellhead-io/wellhead/go/kafka"
)

// State is what a program is doing.
type State int

const (
	// Starting: topics are made and the group is joined.
	Starting = State(cabi.StreamsStarting)
	// Restoring: state comes back.
	Restoring = State(cabi.StreamsRestoring)
	// Running: it runs.
	Running = State(cabi.StreamsRunning)
	// Stopped: it was stopped.
	Stopped = State(cabi.StreamsStopped)
	// Failed: it ended by an error, which Wait and Stop return.
	Failed = State(cabi.StreamsFailed)
)

func (s State) String() string {
	names := []string{"starting", "restoring", "running", "stopped", "failed"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("state %d", int(s))
	}
	return names[s]
}

// Metrics are a program's figures since it began.
type Metrics struct {
	RecordsIn  uint64 `json:"records_in"`
	RecordsOut uint64 `json:"records_out"`
	// Dead are records that could not be read.
	Dead uint64 `json:"dead"`
	// Late are rows that came after their window was closed.
	Late uint64 `json:"late"`
	// Skipped are rows without a key or value where one is needed.
	Skipped uint64 `json:"skipped"`
	// Tasks of this process.
	Tasks   int    `json:"tasks"`
	Commits uint64 `json:"commits"`
	// StateBytes is about how much memory state takes.
	StateBytes uint64 `json:"state_bytes"`
	// RestoreMs is how long the last restore took.
	RestoreMs         int64  `json:"restore_ms"`
	RestoredSnapshot  uint64 `json:"restored_snapshot"`
	RestoredChangelog uint64 `json:"restored_changelog"`
}

// App is a program that runs. Its methods may be called by several goroutines. Stop it when it is not needed any more.
type App struct {
	b      *Builder
	handle atomic.Uint64
}

// How long a call may block a thread before it looks at its context again.
const slice = 200 * time.Millisecond

// Start checks the program and starts it. conf has the program's properties (application.id, which is the builder's name without it;
// commit.interval.ms, state.dir, snapshot.interval.ms, repartition.purge.interval.ms, replication.factor, create.sources) and those of its clients, as
// bootstrap.servers. It does not wait for a broker: WaitRunning does. The builder may be used again.
func (b *Builder) Start(conf kafka.ConfigMap) (*App, error) {
	plan, err := b.plan()
	if err != nil {
		return nil, err
	}
	props, err := propertiesOf(conf, b.name)
	if err != nil {
		return nil, err
	}
	h, e := cabi.StreamsStart(plan, props, b.functionList())
	if e != nil {
		return nil, errorOf(e)
	}
	a := &App{b: b}
	a.handle.Store(h)
	return a, nil
}

func propertiesOf(conf kafka.ConfigMap, name string) ([]cabi.Property, error) {
	out := []cabi.Property{}
	if _, given := conf["application.id"]; !given {
		out = append(out, cabi.Property{Name: "application.id", Value: name})
	}
	for key, v := range conf {
		text, ok := valueText(v)
		if !ok {
			return nil, kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf("property %q cannot have a value of type %T", key, v), false)
		}
		out = append(out, cabi.Property{Name: key, Value: text})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

// valueText is how the library reads a property's value; as kafka.ConfigMap's.
func valueText(v any) (string, bool) {
	if s, ok := v.(fmt.Stringer); ok {
		return s.String(), true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8,
		reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return fmt.Sprint(v), true
	case reflect.Slice:
		parts := make([]string, r.Len())
		for i := range parts {
			text, ok := valueText(r.Index(i).Interface())
			if !ok {
				return "", false
			}
			parts[i] = text
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}

// State is what the program is doing; Stopped once Stop returned.
func (a *App) State() State {
	s, e := cabi.StreamsState(a.handle.Load())
	if e != nil {
		return Stopped
	}
	return State(s)
}

// WaitRunning waits until the program runs. It returns the error by which it failed, or the context's.
func (a *App) WaitRunning(ctx context.Context) error { return a.wait(ctx, cabi.StreamsWaitRunning) }

// Wait waits until the program ends: nil when it was stopped, the error by which it failed, or the context's.
func (a *App) Wait(ctx context.Context) error { return a.wait(ctx, cabi.StreamsWaitEnded) }

// wait runs a call that blocks, a slice of time after the other.
func (a *App) wait(ctx context.Context, call func(h uint64, timeoutMs int) *cabi.Error) error {
	h := a.handle.Load()
	if h == 0 {
		return errClosed("program")
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := slice
		if deadline, ok := ctx.Deadline(); ok {
			d = max(min(d, time.Until(deadline)), 0)
		}
		e := call(h, int(d/time.Millisecond)+1)
		// A program may have failed by a time-out of its own.
		if e == nil || kafka.ErrorCode(e.Code) != kafka.ErrTimedOut || a.State() == Failed {
			return check(e)
		}
	}
}

// callTimeout bounds calls without a context.
const callTimeout = int(30 * time.Second / time.Millisecond)

// Table is what a table holds in this process, sorted by key: key and value columns, and last _timestamp.
func (a *App) Table(t *Table) (*Batch, error) {
	if err := a.b.mine(t); err != nil {
		return nil, err
	}
	h := a.handle.Load()
	if h == 0 {
		return nil, errClosed("program")
	}
	columns, rows, e := cabi.StreamsTable(h, t.at.id, callTimeout)
	if e != nil {
		return nil, errorOf(e)
	}
	return &Batch{columns: columns, rows: rows}, nil
}

func (b *Builder) mine(t *Table) error {
	if t == nil || t.at.b != b {
		return kafka.NewError(kafka.ErrInvalidArg, "the table is of another builder", false)
	}
	return nil
}

// Metrics are the program's figures.
func (a *App) Metrics() (Metrics, error) {
	h := a.handle.Load()
	if h == 0 {
		return Metrics{}, errClosed("program")
	}
	return metricsOf(cabi.StreamsMetrics(h, callTimeout))
}

func metricsOf(text []byte, e *cabi.Error) (Metrics, error) {
	var m Metrics
	if e != nil {
		return m, errorOf(e)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, kafka.NewError(kafka.ErrBadMsg, fmt.Sprintf("the metrics cannot be read: %v", err), false)
	}
	return m, nil
}

// Commit commits now, and waits for it.
func (a *App) Commit(ctx context.Context) error {
	h := a.handle.Load()
	if h == 0 {
		return errClosed("program")
	}
	ms := callTimeout
	if deadline, ok := ctx.Deadline(); ok {
		ms = min(ms, int(max(time.Until(deadline), 0)/time.Millisecond))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return check(cabi.StreamsCommit(h, ms))
}

// Stop commits, leaves the group and ends the program. It returns the error by which the program failed. When the context ends first the
// program goes on stopping, and Stop may be called again. A second Stop does nothing.
func (a *App) Stop(ctx context.Context) error {
	if a.handle.Load() == 0 {
		return nil
	}
	err := a.wait(ctx, cabi.StreamsStop)
	if ctx.Err() != nil && err == ctx.Err() {
		return err
	}
	if h := a.handle.Swap(0); h != 0 {
		cabi.StreamsClose(h, 0)
		return err
	}
	return nil
}
