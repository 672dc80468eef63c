//go:build cgo

package streams

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
	"github.com/wellhead-io/wellhead/go/kafka"
)

// Queryable is what keyed queries can be asked of: a *Table or a *GlobalTable.
type Queryable interface {
	Joinable
	queryable()
}

func (t *Table) queryable()       {}
func (g *GlobalTable) queryable() {}

// KeyOf is a key's values in the order of its columns, or those of its first columns: string, int64 and int, float64, bool, []byte, time.Time
// for a timestamp, nil for null. A windowed table's key ends with the window's start and end.
type KeyOf []any

type keys struct {
	From  []any `json:"from,omitempty"`
	To    []any `json:"to,omitempty"`
	After []any `json:"after,omitempty"`
	Limit int   `json:"limit,omitempty"`
}

// plain is a value as the library reads it.
func plain(key KeyOf) []any {
	if len(key) == 0 {
		return nil
	}
	out := make([]any, len(key))
	for i, v := range key {
		switch x := v.(type) {
		case time.Time:
			out[i] = x.UnixMilli()
		default:
			out[i] = v
		}
	}
	return out
}

// finder asks for some rows.
type finder func(t Queryable, k []byte) ([]*cabi.Column, int, error)

func (f finder) rows(t Queryable, k keys) (*Batch, error) {
	text, err := json.Marshal(k)
	if err != nil {
		return nil, kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf("the key cannot be written: %v", err), false)
	}
	columns, rows, err := f(t, text)
	if err != nil {
		return nil, err
	}
	return &Batch{columns: columns, rows: rows}, nil
}

func (f finder) get(t Queryable, key KeyOf) (map[string]any, error) {
	if len(key) == 0 {
		return nil, kafka.NewError(kafka.ErrInvalidArg, "a key is needed", false)
	}
	b, err := f.rows(t, keys{From: plain(key), To: plain(key), Limit: 2})
	if err != nil || b.Len() == 0 {
		return nil, err
	}
	if b.Len() > 1 {
		return nil, kafka.NewError(kafka.ErrInvalidArg, "the key is that of several rows: Range gives them", false)
	}
	return b.Rows()[0], nil
}

func (f finder) scan(b *Builder, t Queryable, pageRows int) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		if pageRows < 1 {
			pageRows = 10_000
		}
		var after []any
		width := 0
		for {
			page, err := f.rows(t, keys{After: after, Limit: pageRows})
			if err != nil {
				yield(nil, err)
				return
			}
			if page.Len() == 0 || !yield(page, nil) || page.Len() < pageRows {
				return
			}
			if width == 0 {
				if width, err = b.keyLen(t); err != nil {
					yield(nil, err)
					return
				}
			}
			last := KeyOf{}
			for _, name := range page.Names()[:width] {
				last = append(last, page.Value(name, page.Len()-1))
			}
			after = plain(last)
		}
	}
}

// keyLen is how many columns the key of a table has; DESCRIBE tells them.
func (b *Builder) keyLen(t Queryable) (int, error) {
	const name = "the table"
	alone := &Builder{name: b.name, nodes: b.nodes, functions: b.functions}
	if err := alone.Name(name, &Table{at{alone, t.place().id}}); err != nil {
		return 0, err
	}
	r, err := alone.SQL(`DESCRIBE "` + name + `"`)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, c := range r.Told {
		if len(c[1]) > 4 && c[1][len(c[1])-4:] == " KEY" {
			n++
		}
	}
	return n, nil
}

func (a *App) finder() finder {
	return func(t Queryable, k []byte) ([]*cabi.Column, int, error) {
		if err := a.b.owns(t); err != nil {
			return nil, 0, err
		}
		h := a.handle.Load()
		if h == 0 {
			return nil, 0, errClosed("program")
		}
		columns, rows, e := cabi.StreamsFind(h, t.place().id, k, callTimeout)
		return columns, rows, check(e)
	}
}

func (d *TestDriver) finder() finder {
	return func(t Queryable, k []byte) ([]*cabi.Column, int, error) {
		h, err := d.open()
		if err != nil {
			return nil, 0, err
		}
		if err := d.b.owns(t); err != nil {
			return nil, 0, err
		}
		columns, rows, e := cabi.DriverFind(h, t.place().id, k)
		return columns, rows, check(e)
	}
}

func (b *Builder) owns(t Queryable) error {
	if t == nil || t.place().b != b {
		return kafka.NewError(kafka.ErrInvalidArg, "the table is of another builder", false)
	}
	return nil
}

// Get is the row of a key, nil when there is none; a windowed table's window is its start: Get(t, "ann", start). What is read is what the
// program has processed so far, committed or not.
func (a *App) Get(t Queryable, key ...any) (map[string]any, error) { return a.finder().get(t, key) }

// Range are the rows from one key to another, both included, sorted by key. Keys may name the first columns alone, and nil is no bound:
// Range(t, KeyOf{"ann", from}, KeyOf{"ann", to}) are windows of a key by their starts.
func (a *App) Range(t Queryable, from, to KeyOf) (*Batch, error) {
	return a.finder().rows(t, keys{From: plain(from), To: plain(to)})
}

// Scan are all rows sorted by key, in pages of so many (10,000 with 0). Each page is of its own moment, and the program goes on between
// them.
func (a *App) Scan(t Queryable, pageRows int) iter.Seq2[*Batch, error] {
	return a.finder().scan(a.b, t, pageRows)
}

// Get is as App.Get.
func (d *TestDriver) Get(t Queryable, key ...any) (map[string]any, error) {
	return d.finder().get(t, key)
}

// Range is as App.Range.
func (d *TestDriver) Range(t Queryable, from, to KeyOf) (*Batch, error) {
	return d.finder().rows(t, keys{From: plain(from), To: plain(to)})
}

// Scan is as App.Scan.
func (d *TestDriver) Scan(t Queryable, pageRows int) iter.Seq2[*Batch, error] {
	return d.finder().scan(d.b, t, pageRows)
}
