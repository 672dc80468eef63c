//go:build cgo

package streams

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Batch is rows as columns: what functions get and give, and what Table returns.
//
// A column's values are one slice, in which a null is zero; Valid tells nulls apart. The slices belong to the batch: they are not
// shared with the engine, and the ones that the program adds are read when the function returns.
//
// Getters panic when there is no such column or it has another type, as a wrong index does; in a function that ends the program with the
// text. Type tells beforehand.
type Batch struct {
	columns []*cabi.Column
	rows    int
	// The first mistake in adding; whoever takes the batch finds it.
	err error
}

// NewBatch is an empty batch, to add columns to.
func NewBatch() *Batch { return &Batch{rows: -1} }

// Len is the number of rows.
func (b *Batch) Len() int { return max(b.rows, 0) }

// Names are the columns' names in their order.
func (b *Batch) Names() []string {
	out := make([]string, len(b.columns))
	for i, c := range b.columns {
		out[i] = c.Name
	}
	return out
}

func (b *Batch) find(name string) *cabi.Column {
	for _, c := range b.columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Type is a column's type; empty when there is no such column.
func (b *Batch) Type(name string) Type {
	if c := b.find(name); c != nil {
		return Type(c.Type)
	}
	return ""
}

func (b *Batch) column(name string, want ...Type) *cabi.Column {
	c := b.find(name)
	if c == nil {
		panic(fmt.Sprintf("there is no column %q among %s%s", name, strings.Join(b.Names(), ", "), didYouMean(name, b.Names())))
	}
	if !slices.Contains(want, Type(c.Type)) {
		panic(fmt.Sprintf("the column %q is of type %s, not %s", name, c.Type, want[0]))
	}
	return c
}

// Int64s are the values of an Int or a Timestamp column (milliseconds since the Unix epoch).
func (b *Batch) Int64s(name string) []int64 { return b.column(name, Int, Timestamp).Ints }

// Floats are the values of a Float column.
func (b *Batch) Floats(name string) []float64 { return b.column(name, Float).Floats }

// Bools are the values of a Bool column.
func (b *Batch) Bools(name string) []bool { return b.column(name, Bool).Bools }

// Strings are the values of a String or JSON column.
func (b *Batch) Strings(name string) []string { return b.column(name, String).Strings }

// Bytes are the values of a Bytes column.
func (b *Batch) Bytes(name string) [][]byte { return b.column(name, Bytes).Bytes }

// Valid tells which rows of a column are not null; nil: all of them.
func (b *Batch) Valid(name string) []bool {
	c := b.find(name)
	if c == nil {
		b.column(name)
	}
	return c.Valid
}

// Value is one value: nil, bool, int64, float64, string, []byte, time.Time or []any.
func (b *Batch) Value(name string, row int) any {
	c := b.find(name)
	if c == nil {
		b.column(name)
	}
	return value(c, row)
}

func value(c *cabi.Column, row int) any {
	if c.Valid != nil && !c.Valid[row] {
		return nil
	}
	switch Type(c.Type) {
	case Bool:
		return c.Bools[row]
	case Int:
		return c.Ints[row]
	case Timestamp:
		return time.UnixMilli(c.Ints[row]).UTC()
	case Float:
		return c.Floats[row]
	case String, JSON:
		return c.Strings[row]
	case Bytes:
		return c.Bytes[row]
	}
	out := []any{}
	for i := c.Offsets[row]; i < c.Offsets[row+1]; i++ {
		out = append(out, value(c.Items, int(i)))
	}
	return out
}

// Row is one row by column name; for tests and small tables.
func (b *Batch) Row(i int) map[string]any {
	out := make(map[string]any, len(b.columns))
	for _, c := range b.columns {
		out[c.Name] = value(c, i)
	}
	return out
}

// Rows are all rows.
func (b *Batch) Rows() []map[string]any {
	out := make([]map[string]any, b.Len())
	for i := range out {
		out[i] = b.Row(i)
	}
	return out
}

// Keep adds columns of another batch as they are.
func (b *Batch) Keep(from *Batch, names ...string) *Batch {
	for _, name := range names {
		c := from.find(name)
		if c == nil {
			from.column(name)
		}
		b.add(c)
	}
	return b
}

// AddInt64s adds an Int column. valid is false where a row is null; nil: none is.
func (b *Batch) AddInt64s(name string, values []int64, valid []bool) *Batch {
	return b.add(&cabi.Column{Name: name, Type: string(Int), Ints: values, Valid: valid})
}

// AddTimestamps adds a Timestamp column, of milliseconds since the Unix epoch.
func (b *Batch) AddTimestamps(name string, values []int64, valid []bool) *Batch {
	return b.add(&cabi.Column{Name: name, Type: string(Timestamp), Ints: values, Valid: valid})
}

// AddFloats adds a Float column.
func (b *Batch) AddFloats(name string, values []float64, valid []bool) *Batch {
	return b.add(&cabi.Column{Name: name, Type: string(Float), Floats: values, Valid: valid})
}

// AddBools adds a Bool column.
func (b *Batch) AddBools(name string, values, valid []bool) *Batch {
	return b.add(&cabi.Column{Name: name, Type: string(Bool), Bools: values, Valid: valid})
}

// AddStrings adds a String column.
func (b *Batch) AddStrings(name string, values []string, valid []bool) *Batch {
	return b.add(&cabi.Column{Name: name, Type: string(String), Strings: values, Valid: valid})
}

// AddBytes adds a Bytes column.
func (b *Batch) AddBytes(name string, values [][]byte, valid []bool) *Batch {
	return b.add(&cabi.Column{Name: name, Type: string(Bytes), Bytes: values, Valid: valid})
}

// AddStringLists adds a column of lists of strings.
func (b *Batch) AddStringLists(name string, values [][]string, valid []bool) *Batch {
	items, offsets := flat(values)
	return b.addLists(name, &cabi.Column{Type: string(String), Strings: items}, offsets, valid)
}

// AddInt64Lists adds a column of lists of integers.
func (b *Batch) AddInt64Lists(name string, values [][]int64, valid []bool) *Batch {
	items, offsets := flat(values)
	return b.addLists(name, &cabi.Column{Type: string(Int), Ints: items}, offsets, valid)
}

// AddFloatLists adds a column of lists of floats.
func (b *Batch) AddFloatLists(name string, values [][]float64, valid []bool) *Batch {
	items, offsets := flat(values)
	return b.addLists(name, &cabi.Column{Type: string(Float), Floats: items}, offsets, valid)
}

func flat[T any](values [][]T) (items []T, offsets []int32) {
	offsets = make([]int32, 1, len(values)+1)
	for _, list := range values {
		items = append(items, list...)
		offsets = append(offsets, int32(len(items)))
	}
	return items, offsets
}

func (b *Batch) addLists(name string, items *cabi.Column, offsets []int32, valid []bool) *Batch {
	items.Name = "item"
	return b.add(&cabi.Column{Name: name, Type: string(List(Type(items.Type))), Items: items, Offsets: offsets, Valid: valid})
}

func (b *Batch) add(c *cabi.Column) *Batch {
	n := c.Len()
	mistake := func(format string, args ...any) {
		if b.err == nil {
			b.err = fmt.Errorf(format, args...)
		}
	}
	switch {
	case b.rows >= 0 && n != b.rows:
		mistake("the column %q has %d rows, and those before have %d", c.Name, n, b.rows)
	case c.Valid != nil && len(c.Valid) != n:
		mistake("the column %q has %d rows, and its valid %d", c.Name, n, len(c.Valid))
	case b.find(c.Name) != nil:
		mistake("there are two columns %q", c.Name)
	}
	b.rows = n
	b.columns = append(b.columns, c)
	return b
}

// sizeMax is the most bytes of text, or items of lists, in one column that Arrow's offsets of 32 bits reach.
const sizeMax = 1<<31 - 1

func sizeOf(c *cabi.Column) int {
	size := 0
	for _, s := range c.Strings {
		size += len(s)
	}
	for _, s := range c.Bytes {
		size += len(s)
	}
	if c.Items != nil {
		size = max(sizeOf(c.Items), c.Items.Len())
	}
	return size
}

// whole tells whether the batch can cross the border.
func (b *Batch) whole() error {
	if b.err != nil {
		return b.err
	}
	for _, c := range b.columns {
		if n := sizeOf(c); n > sizeMax {
			return fmt.Errorf("the column %q has %d bytes or items, more than a batch can have", c.Name, n)
		}
	}
	if b.rows < 0 {
		b.rows = 0
	}
	return nil
}

// didYouMean names what is near a misspelt name: at most a third of its letters differ.
func didYouMean(name string, among []string) string {
	best, bestAt := "", (len(name)+2)/3+1
	for _, known := range among {
		if d := distance(strings.ToLower(known), strings.ToLower(name)); d < bestAt {
			best, bestAt = known, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
