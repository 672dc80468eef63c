//go:build cgo

package streams

import "time"

// SourceOption is how a topic is read.
type SourceOption interface{ source(*sourceSpec) }

// SinkOption is how a topic is written.
type SinkOption interface{ sink(*sinkSpec) }

// Option is one of both.
type Option interface {
	SourceOption
	SinkOption
}

type sourceSpec struct {
	op  object
	key []string
}

type sinkSpec struct{ op object }

type sourceOption func(*sourceSpec)

func (f sourceOption) source(s *sourceSpec) { f(s) }

type sinkOption func(*sinkSpec)

func (f sinkOption) sink(s *sinkSpec) { f(s) }

type keyOption []string

func (k keyOption) source(s *sourceSpec) { s.key = k }
func (k keyOption) sink(s *sinkSpec)     { s.op["key"] = append([]string{}, k...) }

// Key names the columns of the record's key. Of a source they are among the columns that it was given, and the others are the value's;
// without it the key is not read. Of a sink any columns do; without it the key is the rows'.
func Key(columns ...string) Option { return keyOption(columns) }

type formatOption struct {
	member string
	format Format
}

func (f formatOption) source(s *sourceSpec) { s.op[f.member] = f.format.spec }
func (f formatOption) sink(s *sinkSpec)     { s.op[f.member] = f.format.spec }

// KeyFormat is the key's format. A source's key is text without it; a sink's is text for one column, else JSON.
func KeyFormat(f Format) Option { return formatOption{"key_format", f} }

// ValueFormat is the value's format; JSON without it.
func ValueFormat(f Format) Option { return formatOption{"format", f} }

// EventTime names the column that is the rows' time: a Timestamp, or an Int in milliseconds. Without it the time is the record's own.
func EventTime(column string) SourceOption {
	return sourceOption(func(s *sourceSpec) { s.op["time"] = column })
}

// IdleAfter lets event time go on by itself when no record came for so long.
func IdleAfter(d time.Duration) SourceOption {
	return sourceOption(func(s *sourceSpec) { s.op["idle_after_ms"] = millis(d) })
}

// FromLatest begins with new records where nothing was committed yet, not with the first.
func FromLatest() SourceOption {
	return sourceOption(func(s *sourceSpec) { s.op["from_latest"] = true })
}

// Strict makes a record that cannot be read the program's end; without it such a record is counted and goes to the dead letters.
func Strict() SourceOption { return sourceOption(func(s *sourceSpec) { s.op["strict"] = true }) }

// Columns are what a sink writes; without it all but those whose name begins with _.
func Columns(names ...string) SinkOption {
	return sinkOption(func(s *sinkSpec) { s.op["columns"] = names })
}

// SinkPartitions is how many partitions the topic gets when it is not there; without it as many as the input has.
func SinkPartitions(n int) SinkOption {
	return sinkOption(func(s *sinkSpec) { s.op["partitions"] = n })
}

func (b *Builder) source(kind, topic string, columns ColumnSet, opts []SourceOption) at {
	s := sourceSpec{op: object{"topic": topic, "kind": kind}}
	for _, o := range opts {
		o.source(&s)
	}
	// Never null in the plan's JSON.
	key, value := []Field{}, []Field{}
	var all []Field
	if columns != nil {
		all = columns.fields()
	}
	isKey := map[string]bool{}
	for _, k := range s.key {
		isKey[k] = true
		if f, ok := find(all, k); ok {
			key = append(key, f)
		} else {
			b.mistake("the topic %s has no column %q for its key%s", topic, k, didYouMean(k, names(all)))
		}
	}
	for _, f := range all {
		if !isKey[f.Name] {
			value = append(value, f)
		}
	}
	s.op["key"], s.op["fields"] = key, value
	return b.push(object{"source": s.op})
}

func find(all []Field, name string) (Field, bool) {
	for _, f := range all {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

func names(all []Field) []string {
	out := make([]string, len(all))
	for i, f := range all {
		out[i] = f.Name
	}
	return out
}

// Stream is the records of a topic.
func (b *Builder) Stream(topic string, columns ColumnSet, opts ...SourceOption) *Stream {
	return &Stream{b.source("stream", topic, columns, opts)}
}

// Table is the latest record per key of a topic; one without a value deletes. It needs a Key.
func (b *Builder) Table(topic string, columns ColumnSet, opts ...SourceOption) *Table {
	return &Table{b.source("table", topic, columns, opts)}
}

// GlobalTable is the same with all partitions in every process, so that a stream of any key can look it up.
func (b *Builder) GlobalTable(topic string, columns ColumnSet, opts ...SourceOption) *GlobalTable {
	return &GlobalTable{b.source("global", topic, columns, opts)}
}

func (a at) to(topic string, opts []SinkOption) {
	s := sinkSpec{op: object{"topic": topic}}
	for _, o := range opts {
		o.sink(&s)
	}
	a.then(object{"sink": s.op})
}
