//go:build cgo

package streams

import "time"

// JoinOption is how two sides meet.
type JoinOption func(*joinSpec)

type joinSpec struct {
	op object
	on []string
}

// Within, of two streams: the right row is at most so much earlier or later than the left one.
func Within(d time.Duration) JoinOption {
	return func(j *joinSpec) { j.op["before_ms"], j.op["after_ms"] = millis(d), millis(d) }
}

// Before, of two streams: the right row may be so much earlier.
func Before(d time.Duration) JoinOption {
	return func(j *joinSpec) { j.op["before_ms"] = millis(d) }
}

// After, of two streams: the right row may be so much later.
func After(d time.Duration) JoinOption { return func(j *joinSpec) { j.op["after_ms"] = millis(d) } }

// Grace, of two streams: how late a row may be. Of a stream and a table: how long (event time) rows wait, so that they see the table as it
// was at their time.
func Grace(d time.Duration) JoinOption { return func(j *joinSpec) { j.op["grace_ms"] = millis(d) } }

// On are the left side's expressions that are looked up in the right side's key: for a global table, and for two tables by a foreign key.
func On(exprs ...string) JoinOption { return func(j *joinSpec) { j.on = exprs } }

// Prefix stands before the right side's columns whose names the left side has, too; right_ without it.
func Prefix(text string) JoinOption { return func(j *joinSpec) { j.op["prefix"] = text } }

// Joinable is what a stream is joined with: a *Stream, a *Table or a *GlobalTable.
type Joinable interface{ place() at }

func (s *Stream) place() at      { return s.at }
func (t *Table) place() at       { return t.at }
func (g *GlobalTable) place() at { return g.at }

func (a at) join(how string, right Joinable, opts []JoinOption) at {
	j := joinSpec{op: object{"how": how}}
	if _, two := right.(*Stream); two {
		j.op["grace_ms"] = 0
	}
	for _, o := range opts {
		o(&j)
	}
	if j.on != nil {
		list := make([]any, len(j.on))
		for i, text := range j.on {
			list[i] = a.b.expr(text)
		}
		j.op["on"] = list
	}
	return a.b.push(object{"join": j.op}, a, right.place())
}

// Join is a row for every pair: with a stream by key Within a time, with a table by key, with a global table On expressions.
func (s *Stream) Join(right Joinable, opts ...JoinOption) *Stream {
	return &Stream{s.at.join("inner", right, opts)}
}

// LeftJoin gives the left row, too, where there is no right one.
func (s *Stream) LeftJoin(right Joinable, opts ...JoinOption) *Stream {
	return &Stream{s.at.join("left", right, opts)}
}

// OuterJoin, of two streams, gives the rows of either side that meet none.
func (s *Stream) OuterJoin(right *Stream, opts ...JoinOption) *Stream {
	return &Stream{s.at.join("outer", right, opts)}
}

// Join is the table of the rows with the same key, or with On by a foreign key.
func (t *Table) Join(right *Table, opts ...JoinOption) *Table {
	return &Table{t.at.join("inner", right, opts)}
}

// LeftJoin has the left rows, too, that meet none.
func (t *Table) LeftJoin(right *Table, opts ...JoinOption) *Table {
	return &Table{t.at.join("left", right, opts)}
}

// OuterJoin has the rows of either side that meet none.
func (t *Table) OuterJoin(right *Table, opts ...JoinOption) *Table {
	return &Table{t.at.join("outer", right, opts)}
}
