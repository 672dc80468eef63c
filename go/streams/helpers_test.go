//go:build cgo

package streams

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
)

// patience bounds what a test waits for; nothing is expected to take that long.
const patience = 60 * time.Second

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, code kafka.ErrorCode) {
	t.Helper()
	var e kafka.Error
	if !errors.As(err, &e) || e.Code() != code {
		t.Fatalf("%v (%T), not %v", err, err, code)
	}
}

// wantText is an error of a wrong argument that says all of this.
func wantText(t testing.TB, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, and one with %q was expected", texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q does not say %q", err, text)
		}
	}
}

func driverOf(t testing.TB, b *Builder, opts ...DriverOption) *TestDriver {
	t.Helper()
	d, err := NewTestDriver(b, opts...)
	must(t, err)
	t.Cleanup(d.Close)
	return d
}

// in is a record for a test: key=value@milliseconds; without = the key is null, without @ the time is 0.
func feed(t testing.TB, d *TestDriver, topic string, records ...string) {
	t.Helper()
	for _, r := range records {
		at := int64(0)
		if i := strings.LastIndexByte(r, '@'); i >= 0 {
			_, err := fmt.Sscanf(r[i+1:], "%d", &at)
			must(t, err)
			r = r[:i]
		}
		var key, value []byte
		if i := strings.IndexByte(r, '='); i >= 0 && !strings.HasPrefix(r, "{") {
			key, r = []byte(r[:i]), r[i+1:]
		}
		if r != "null" {
			value = []byte(r)
		}
		must(t, d.Pipe(topic, key, value, time.UnixMilli(at)))
	}
}

// written are a topic's records in the same form.
func written(t testing.TB, d *TestDriver, topic string) []string {
	t.Helper()
	all, err := d.ReadAll(topic)
	must(t, err)
	out := []string{}
	for _, r := range all {
		text := "null"
		if r.Value != nil {
			text = string(r.Value)
		}
		if r.Key != nil {
			text = string(r.Key) + "=" + text
		}
		out = append(out, fmt.Sprintf("%s@%d", text, r.Time.UnixMilli()))
	}
	return out
}

func wantWritten(t testing.TB, d *TestDriver, topic string, want ...string) {
	t.Helper()
	if got := written(t, d, topic); !slices.Equal(got, want) {
		t.Errorf("%s has\n\t%s\nnot\n\t%s", topic, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// rows are a table's rows as text, a column's values with commas between.
func rows(t testing.TB, b *Batch, columns ...string) []string {
	t.Helper()
	out := make([]string, b.Len())
	for i := range out {
		parts := make([]string, len(columns))
		for k, c := range columns {
			switch v := b.Value(c, i).(type) {
			case time.Time:
				parts[k] = fmt.Sprint(v.UnixMilli())
			default:
				parts[k] = fmt.Sprint(v)
			}
		}
		out[i] = strings.Join(parts, ",")
	}
	return out
}

func wantRows(t testing.TB, b *Batch, columns []string, want ...string) {
	t.Helper()
	if got := rows(t, b, columns...); !slices.Equal(got, want) {
		t.Errorf("the table has\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func tableOf(t testing.TB, d *TestDriver, of *Table) *Batch {
	t.Helper()
	b, err := d.Table(of)
	must(t, err)
	return b
}

// quiet is for tests that let functions panic.
func quiet(t testing.TB) {
	t.Helper()
	must(t, kafka.SetLogLevel(kafka.LogOff))
	t.Cleanup(func() { must(t, kafka.SetLogLevel(kafka.LogWarnings)) })
}
