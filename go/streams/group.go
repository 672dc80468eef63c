//go:build cgo

package streams

import (
	"encoding/json"
	"time"
)

// Window is how an aggregate cuts time.
type Window struct{ spec object }

// Tumble is windows of a size, one behind the other.
func Tumble(size time.Duration) Window {
	return Window{object{"tumbling": object{"size_ms": millis(size)}}}
}

// Hop is windows of a size that begin every so often.
func Hop(size, every time.Duration) Window {
	return Window{object{"hopping": object{"size_ms": millis(size), "advance_ms": millis(every)}}}
}

// Slide is a window that ends, or begins right behind, at every row.
func Slide(size time.Duration) Window {
	return Window{object{"sliding": object{"size_ms": millis(size)}}}
}

// Session is a window that ends when no row comes for so long.
func Session(gap time.Duration) Window {
	return Window{object{"session": object{"gap_ms": millis(gap)}}}
}

// Emit is when an aggregate gives a result.
type Emit string

const (
	// EmitEvery: for every row.
	EmitEvery Emit = "every"
	// EmitChanges: for every key that changed in a round of input. It is what you get without a word.
	EmitChanges Emit = "changes"
	// EmitFinal: once, when the window is closed.
	EmitFinal Emit = "final"
)

// Agg is one column of an aggregate.
type Agg struct {
	name, function string
	arg, reduce    *string
	param          *float64
}

func agg(name, function, of string) Agg { return Agg{name: name, function: function, arg: &of} }

// Count is the number of rows.
func Count(name string) Agg { return Agg{name: name, function: "count"} }

// Sum adds an expression's values.
func Sum(name, of string) Agg { return agg(name, "sum", of) }

// Min is the least value.
func Min(name, of string) Agg { return agg(name, "min", of) }

// Max is the greatest value.
func Max(name, of string) Agg { return agg(name, "max", of) }

// Mean is the mean of the values.
func Mean(name, of string) Agg { return agg(name, "mean", of) }

// First is the value with the earliest time.
func First(name, of string) Agg { return agg(name, "first", of) }

// Last is the value with the latest time.
func Last(name, of string) Agg { return agg(name, "last", of) }

// Collect is all values as a list.
func Collect(name, of string) Agg { return agg(name, "collect", of) }

// CountDistinct is about how many different values there are.
func CountDistinct(name, of string) Agg { return agg(name, "count_distinct", of) }

// Quantile is about the value below which a share q (0 to 1) of the values lies.
func Quantile(name, of string, q float64) Agg {
	a := agg(name, "quantile", of)
	a.param = &q
	return a
}

// Reduce folds values by an expression over acc and value; the first value is the first acc: Reduce("longest", "name", "CASE WHEN ...").
func Reduce(name, of, by string) Agg {
	a := agg(name, "reduce", of)
	a.reduce = &by
	return a
}

// Grouped is rows by group, before Agg says what becomes of them.
type Grouped struct {
	at     at
	by     []string
	window *Window
	grace  time.Duration
	emit   Emit
}

func group(a at, by []string) *Grouped {
	if by == nil {
		by = []string{}
	}
	return &Grouped{at: a, by: by, emit: EmitChanges}
}

// Window cuts time; results have the columns window_start and window_end in their key.
func (g *Grouped) Window(w Window) *Grouped {
	g.window = &w
	return g
}

// Grace is how late a row may be.
func (g *Grouped) Grace(d time.Duration) *Grouped {
	g.grace = d
	return g
}

// Emit is when results go out.
func (g *Grouped) Emit(e Emit) *Grouped {
	g.emit = e
	return g
}

// Agg is the table of the groups with these columns.
func (g *Grouped) Agg(columns ...Agg) *Table {
	b := g.at.b
	list := make([][2]any, 0, len(columns))
	for _, c := range columns {
		spec := object{"function": c.function}
		part := func(name string, text *string) {
			if text != nil {
				spec[name] = json.RawMessage(b.expr(*text))
			}
		}
		part("arg", c.arg)
		part("reduce", c.reduce)
		if c.param != nil {
			spec["param"] = *c.param
		}
		list = append(list, [2]any{c.name, spec})
	}
	spec := object{"by": g.by, "grace_ms": millis(g.grace), "columns": list, "emit": g.emit}
	if g.window != nil {
		spec["window"] = g.window.spec
	}
	return &Table{g.at.then(object{"aggregate": spec})}
}
