//go:build cgo

package streams

import (
	"encoding/json"
	"fmt"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Stream is rows, each for itself.
type Stream struct{ at at }

// Table is a row per key that changes.
type Table struct{ at at }

// GlobalTable is a table that every process has whole.
type GlobalTable struct{ at at }

// Named names what the step keeps (its store and topics), so that they stay when the step changes.
func (s *Stream) Named(name string) *Stream {
	s.at.named(name)
	return s
}

// Filter keeps the rows for which a condition is true: Filter("price > 100 AND side = 'buy'").
func (s *Stream) Filter(when string) *Stream { return &Stream{s.at.filter(when)} }

// Select gives these columns alone, beside the key: Select("price", "price * 2 AS twice").
func (s *Stream) Select(columns ...string) *Stream { return &Stream{s.at.sel(columns, false)} }

// With gives these columns beside those that are there; one of the same name is replaced.
func (s *Stream) With(columns ...string) *Stream { return &Stream{s.at.sel(columns, true)} }

// SelectKey makes another key: SelectKey("user"), SelectKey("lower(name) AS name").
func (s *Stream) SelectKey(columns ...string) *Stream {
	return &Stream{s.at.then(object{"select_key": object{"columns": s.at.b.columns(columns)}})}
}

// Explode gives a row for each item of a list column, which becomes the item.
func (s *Stream) Explode(column string) *Stream {
	return &Stream{s.at.then(object{"explode": object{"column": column}})}
}

// MapBatch runs a function over whole batches. It gets the key and value columns and _timestamp, and gives value columns of these fields,
// in any order. Where it gives another number of rows it must give the key columns and _timestamp, too. The package's comment tells how
// it is called.
func (s *Stream) MapBatch(name string, columns ColumnSet, f func(in *Batch) (*Batch, error)) *Stream {
	s.at.b.function(name, func(in []*cabi.Column, rows int) ([]*cabi.Column, int, error) {
		out, err := f(&Batch{columns: in, rows: rows})
		if err != nil {
			return nil, 0, err
		}
		if out == nil {
			return nil, 0, fmt.Errorf("it gave no batch")
		}
		if err := out.whole(); err != nil {
			return nil, 0, err
		}
		return out.columns, out.rows, nil
	})
	fields := []Field{}
	if columns != nil {
		fields = columns.fields()
	}
	return &Stream{s.at.then(object{"map": object{"function": name, "fields": fields}})}
}

// Foreach tells a function of every batch; the rows go on as they are.
func (s *Stream) Foreach(name string, f func(in *Batch) error) *Stream {
	s.at.b.function(name, func(in []*cabi.Column, rows int) ([]*cabi.Column, int, error) {
		return nil, 0, f(&Batch{columns: in, rows: rows})
	})
	return &Stream{s.at.then(object{"foreach": object{"function": name}})}
}

// Merge is the rows of all, which have the same columns.
func (s *Stream) Merge(others ...*Stream) *Stream {
	all := []at{s.at}
	for _, o := range others {
		all = append(all, o.at)
	}
	return &Stream{s.at.b.push("merge", all...)}
}

// Branch gives a stream per condition. A row goes to the first that is true, and to none where none is; add "true" for the rest.
func (s *Stream) Branch(conditions ...string) []*Stream {
	b := s.at.b
	call := func(name string, args ...any) any { return object{"call": object{"name": name, "args": args}} }
	var before []json.RawMessage
	out := make([]*Stream, len(conditions))
	for i, c := range conditions {
		e := b.expr(c)
		var when any = e
		for _, earlier := range before {
			// Null is not true, and NOT null is not true either.
			holds := call("coalesce", earlier, object{"lit": object{"bool": false}})
			when = call("and", when, call("not", holds))
		}
		before = append(before, e)
		out[i] = &Stream{s.at.then(object{"filter": object{"when": when}})}
	}
	return out
}

// GroupBy groups rows by columns, for Agg.
func (s *Stream) GroupBy(columns ...string) *Grouped { return group(s.at, columns) }

// ToTable is the latest row per key.
func (s *Stream) ToTable() *Table { return &Table{s.at.then("to_table")} }

// Repartition moves rows to the partition of their key among n, or as many as there are with 0. The engine does it where it is needed.
func (s *Stream) Repartition(n int) *Stream {
	spec := object{}
	if n > 0 {
		spec["partitions"] = n
	}
	return &Stream{s.at.then(object{"repartition": spec})}
}

// To writes the rows to a topic.
func (s *Stream) To(topic string, opts ...SinkOption) { s.at.to(topic, opts) }

// DeadLetters are the records of this source that cannot be read: key (the record's key bytes) and reason, value, topic, partition, offset.
func (s *Stream) DeadLetters() *Stream { return &Stream{s.at.then("dead_letters")} }

// Late are the rows of this windowed join that came after their window was closed.
func (s *Stream) Late() *Stream { return &Stream{s.at.then("late")} }

// Named names what the step keeps.
func (t *Table) Named(name string) *Table {
	t.at.named(name)
	return t
}

// Filter keeps the rows for which a condition is true.
func (t *Table) Filter(when string) *Table { return &Table{t.at.filter(when)} }

// Select gives these columns alone, beside the key.
func (t *Table) Select(columns ...string) *Table { return &Table{t.at.sel(columns, false)} }

// With gives these columns beside those that are there.
func (t *Table) With(columns ...string) *Table { return &Table{t.at.sel(columns, true)} }

// GroupBy groups the table's rows by columns; its results follow the table's changes.
func (t *Table) GroupBy(columns ...string) *Grouped { return group(t.at, columns) }

// ToStream is the table's changes: a row for each new value, a row without values where a key goes.
func (t *Table) ToStream() *Stream { return &Stream{t.at.then("to_stream")} }

// To writes the table's changes to a topic.
func (t *Table) To(topic string, opts ...SinkOption) { t.at.to(topic, opts) }

// Late are the rows of this windowed aggregate that came after their window was closed.
func (t *Table) Late() *Stream { return &Stream{t.at.then("late")} }

// DeadLetters are the records of this source that cannot be read.
func (t *Table) DeadLetters() *Stream { return &Stream{t.at.then("dead_letters")} }

func (a at) filter(when string) at { return a.then(object{"filter": object{"when": a.b.expr(when)}}) }

func (a at) sel(columns []string, keep bool) at {
	return a.then(object{"select": object{"columns": a.b.columns(columns), "keep": keep}})
}
