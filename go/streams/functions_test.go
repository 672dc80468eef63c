//go:build cgo

package streams

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
)

var everyType = Fields{{"b", Bool}, {"i", Int}, {"f", Float}, {"s", String}, {"y", Bytes}, {"t", Timestamp}, {"l", List(String)}}

// Every type crosses, with nulls, with nothing in it, and in chunks that begin in the middle of a column.
func TestColumnsOfEveryTypeCrossBothWays(t *testing.T) {
	b := New("types")
	var seen []map[string]any
	b.Stream("in", everyType, Key("i")).Filter("i <> 2").
		MapBatch("same", Schema{"b": Bool, "f": Float, "s": String, "y": Bytes, "t": Timestamp, "l": List(String)}, func(in *Batch) (*Batch, error) {
			seen = append(seen, in.Rows()...)
			if want := []string{"i", "b", "f", "s", "y", "t", "l", "_timestamp"}; !slices.Equal(in.Names(), want) {
				return nil, fmt.Errorf("%v", in.Names())
			}
			lists := make([][]string, in.Len())
			for i := range lists {
				if l, ok := in.Value("l", i).([]any); ok {
					for _, s := range l {
						lists[i] = append(lists[i], s.(string))
					}
				}
			}
			out := NewBatch().AddBools("b", in.Bools("b"), in.Valid("b")).AddFloats("f", in.Floats("f"), in.Valid("f")).
				AddStrings("s", in.Strings("s"), in.Valid("s")).AddBytes("y", in.Bytes("y"), in.Valid("y")).
				AddTimestamps("t", in.Int64s("t"), in.Valid("t")).AddStringLists("l", lists, in.Valid("l"))
			return out, nil
		}).To("out")
	d := driverOf(t, b)
	values := []string{
		`{"b":true,"f":1.5,"s":"é","y":"eA==","t":1000,"l":["p","","q"]}`,
		`{"b":true,"f":1.5,"s":"dropped","y":"eA==","t":1000,"l":["p"]}`,
		`{"b":null,"f":null,"s":null,"y":null,"t":null,"l":null}`,
		`{"b":false,"f":-2.0,"s":"","y":"","t":0,"l":[]}`,
	}
	for i, v := range values {
		feed(t, d, "in", fmt.Sprintf("%d=%s@%d", i+1, v, i))
	}
	got, err := d.ReadAll("out")
	must(t, err)
	for i, n := range []int{1, 3, 4} {
		want := fmt.Sprintf(`{"i":%d,%s`, n, values[n-1][1:])
		// The fields of a Schema come in the alphabet's order.
		if len(got) <= i || !sameJSON(t, string(got[i].Value), want) {
			t.Errorf("%v, not %s", got, want)
		}
	}
	want := map[string]any{
		"i": int64(1), "b": true, "f": 1.5, "s": "é", "y": []byte("x"), "t": time.UnixMilli(1000).UTC(), "l": []any{"p", "", "q"},
		"_timestamp": time.UnixMilli(0).UTC(),
	}
	if len(seen) != 3 || !reflect.DeepEqual(seen[0], want) {
		t.Errorf("%v, not %v", seen, want)
	}
}

func TestMapBatchMayChangeTheNumberOfRows(t *testing.T) {
	b := New("rows")
	b.Stream("in", Fields{{"k", String}, {"n", Int}}, Key("k")).
		MapBatch("repeat", Fields{{"i", Int}}, func(in *Batch) (*Batch, error) {
			var keys []string
			var i, times []int64
			for row, n := range in.Int64s("n") {
				for x := range n {
					keys, i, times = append(keys, in.Strings("k")[row]), append(i, x), append(times, in.Int64s("_timestamp")[row]+x)
				}
			}
			return NewBatch().AddStrings("k", keys, nil).AddInt64s("i", i, nil).AddTimestamps("_timestamp", times, nil), nil
		}).To("out", Columns("i"))
	d := driverOf(t, b)
	feed(t, d, "in", `a={"n":2}@10`, `b={"n":0}@20`, `c={"n":1}@30`)
	wantWritten(t, d, "out", `a={"i":0}@10`, `a={"i":1}@11`, `c={"i":0}@30`)
}

func TestListsOfNumbers(t *testing.T) {
	b := New("lists")
	b.Stream("in", Fields{{"n", Int}}).
		MapBatch("lists", Fields{{"i", List(Int)}, {"f", List(Float)}}, func(in *Batch) (*Batch, error) {
			i, f := make([][]int64, in.Len()), make([][]float64, in.Len())
			for row, n := range in.Int64s("n") {
				for x := range n {
					i[row], f[row] = append(i[row], x), append(f[row], float64(x)/2)
				}
			}
			return NewBatch().AddInt64Lists("i", i, nil).AddFloatLists("f", f, nil), nil
		}).To("out")
	d := driverOf(t, b)
	feed(t, d, "in", `{"n":2}@1`, `{"n":0}@2`)
	wantWritten(t, d, "out", `{"i":[0,1],"f":[0.0,0.5]}@1`, `{"i":[],"f":[]}@2`)
}

func TestForeachSeesEveryBatch(t *testing.T) {
	b := New("foreach")
	var seen []string
	b.Stream("in", bidFields).Foreach("look", func(in *Batch) error {
		seen = append(seen, rows(t, in, "auction", "side")...)
		return nil
	}).Select("auction").To("out")
	d := driverOf(t, b)
	feed(t, d, "in", `{"auction":1,"side":"buy"}@1`, `{"auction":2}@2`)
	wantWritten(t, d, "out", `{"auction":1}@1`, `{"auction":2}@2`)
	if want := []string{"1,buy", "2,<nil>"}; !slices.Equal(seen, want) {
		t.Error(seen)
	}
}

// What a function does wrong is told with its name, and what it says.
func TestFunctionsThatFail(t *testing.T) {
	quiet(t)
	one := func(in *Batch) *Batch { return NewBatch().AddInt64s("x", make([]int64, in.Len()), nil) }
	for _, c := range []struct {
		name string
		f    func(d *TestDriver, in *Batch) (*Batch, error)
		says []string
	}{
		{"an error", func(_ *TestDriver, in *Batch) (*Batch, error) { return nil, errors.New("no luck today") }, []string{"no luck today"}},
		{"a panic", func(_ *TestDriver, in *Batch) (*Batch, error) { panic("out of luck") }, []string{"panic: out of luck"}},
		{"a column that is not there", func(_ *TestDriver, in *Batch) (*Batch, error) { in.Floats("prise"); return nil, nil },
			[]string{`no column "prise"`, `did you mean "price"`}},
		{"a column of another type", func(_ *TestDriver, in *Batch) (*Batch, error) { in.Int64s("price"); return nil, nil }, []string{`"price" is of type float`}},
		{"nothing", func(_ *TestDriver, in *Batch) (*Batch, error) { return nil, nil }, []string{"no batch"}},
		{"no column", func(_ *TestDriver, in *Batch) (*Batch, error) { return NewBatch(), nil }, []string{`"x"`}},
		{"another type", func(_ *TestDriver, in *Batch) (*Batch, error) {
			return NewBatch().AddStrings("x", make([]string, in.Len()), nil), nil
		}, []string{`"x"`, "int"}},
		{"other lengths", func(_ *TestDriver, in *Batch) (*Batch, error) { return one(in).AddInt64s("y", nil, nil), nil }, []string{`"y" has 0 rows`}},
		{"a wrong validity", func(_ *TestDriver, in *Batch) (*Batch, error) {
			return NewBatch().AddInt64s("x", []int64{1}, []bool{true, false}), nil
		}, []string{"its valid 2"}},
		{"two of a name", func(_ *TestDriver, in *Batch) (*Batch, error) { return one(in).Keep(one(in), "x"), nil }, []string{`two columns "x"`}},
		{"text that is none", func(_ *TestDriver, in *Batch) (*Batch, error) {
			return one(in).AddStrings("z", []string{"\xff"}, nil), nil
		}, []string{"not whole"}},
		{"more rows without times", func(_ *TestDriver, in *Batch) (*Batch, error) {
			return NewBatch().AddInt64s("x", make([]int64, 2), nil), nil
		}, []string{"_timestamp"}},
		{"a call of its driver", func(d *TestDriver, in *Batch) (*Batch, error) { return nil, d.AdvanceWall(time.Second) }, []string{"cannot call the driver"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := New("fails")
			var d *TestDriver
			b.Stream("in", bidFields).MapBatch("mine", Fields{{"x", Int}}, func(in *Batch) (*Batch, error) { return c.f(d, in) }).To("out")
			d = driverOf(t, b)
			wantText(t, d.Pipe("in", nil, []byte(`{"price":1}`), time.UnixMilli(1)), append(c.says, `"mine"`)...)
		})
	}
}

// With the last driver or program its functions go, and what they hold.
func TestFunctionsAreReleased(t *testing.T) {
	var gone atomic.Int32
	const rounds = 50
	for i := range rounds {
		held := &struct{ data [1 << 10]byte }{}
		runtime.AddCleanup(held, func(int) { gone.Add(1) }, i)
		b := New("released")
		b.Stream("in", bidFields).Foreach("f", func(in *Batch) error { held.data[0]++; return nil }).To("out")
		d, err := NewTestDriver(b)
		must(t, err)
		feed(t, d, "in", `{"auction":1}@1`)
		d.Close()
		if i%2 == 0 {
			// One that cannot be started holds nothing, either.
			bad := New("no name/")
			bad.Stream("in", bidFields).Foreach("f", func(in *Batch) error { held.data[0]++; return nil }).To("out")
			if _, err := bad.Start(kafka.ConfigMap{"bootstrap.servers": "embedded:nobody"}); err == nil {
				t.Fatal("that is no name for a group")
			}
		}
	}
	for end := time.Now().Add(patience); gone.Load() < rounds-1; time.Sleep(time.Millisecond) {
		if runtime.GC(); time.Now().After(end) {
			t.Fatalf("%d of %d are still held", rounds-gone.Load(), rounds)
		}
	}
}

// Goroutines in all calls of a driver while it is closed.
func TestCloseOfADriverUnderLoad(t *testing.T) {
	for range 5 {
		b := New("load")
		counts := b.Stream("in", bidFields).MapBatch("f", Fields{{"side", String}}, func(in *Batch) (*Batch, error) { return NewBatch().Keep(in, "side"), nil }).
			GroupBy("side").Agg(Count("n"))
		counts.To("out")
		d, err := NewTestDriver(b)
		must(t, err)
		var all sync.WaitGroup
		var calls atomic.Int32
		for _, call := range []func() error{
			func() error { return d.PipeString("in", "", `{"side":"buy"}`, time.UnixMilli(1)) },
			func() error { _, err := d.Table(counts); return err },
			func() error { _, err := d.ReadAll("out"); return err },
			func() error { return d.Restart() },
			func() error { _, err := d.Metrics(); return err },
		} {
			all.Add(1)
			go func() {
				defer all.Done()
				for {
					if err := call(); err != nil {
						if !errors.Is(err, kafka.ErrState) {
							t.Error(err)
						}
						return
					}
					calls.Add(1)
				}
			}()
		}
		for calls.Load() < 50 {
			runtime.Gosched()
		}
		d.Close()
		all.Wait()
		d.Close()
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	must(t, json.Unmarshal([]byte(a), &x))
	must(t, json.Unmarshal([]byte(b), &y))
	return reflect.DeepEqual(x, y)
}

func TestMistakesAreNamed(t *testing.T) {
	source := func(b *Builder) *Stream { return b.Stream("bids", bidFields) }
	for _, c := range []struct {
		name  string
		build func(b *Builder)
		says  []string
	}{
		{"a column", func(b *Builder) { source(b).Filter("prise > 1").To("out") }, []string{"prise", `did you mean "price"`}},
		{"a column of a group", func(b *Builder) { source(b).GroupBy("sied").Agg(Count("n")).To("out") }, []string{"sied", `did you mean "side"`}},
		{"a column of a key", func(b *Builder) { b.Stream("bids", bidFields, Key("auktion")).To("out") }, []string{"auktion", `did you mean "auction"`}},
		{"a column of an aggregate", func(b *Builder) { source(b).GroupBy("side").Agg(Sum("n", "pricee")).To("out") }, []string{"pricee", `did you mean "price"`}},
		{"an expression", func(b *Builder) { source(b).Filter("price >").To("out") }, []string{"price >"}},
		{"a function of an expression", func(b *Builder) { source(b).Select("uper(side) AS s").To("out") }, []string{"uper", "upper"}},
		{"a type", func(b *Builder) { source(b).Filter("side + 1 > 2").To("out") }, []string{"side"}},
		{"no name", func(b *Builder) { source(b).Select("price * 2").To("out") }, []string{`"price * 2" needs a name`}},
		{"an unknown type", func(b *Builder) { b.Stream("x", Fields{{"a", "integre"}}).To("out") }, []string{"integre"}},
		{"two builders", func(b *Builder) { source(b).Merge(source(New("other"))).To("out") }, []string{"two builders"}},
		{"two functions", func(b *Builder) {
			f := func(*Batch) error { return nil }
			source(b).Foreach("f", f).Foreach("f", f).To("out")
		}, []string{`two functions "f"`}},
		{"a window", func(b *Builder) { source(b).GroupBy("side").Window(Tumble(0)).Agg(Count("n")).To("out") }, []string{"window"}},
		{"the first of two", func(b *Builder) { source(b).Select("a b").Filter("c d").To("out") }, []string{"a b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := New("mistakes")
			c.build(b)
			_, err := b.Describe()
			wantText(t, err, c.says...)
			wantCode(t, err, kafka.ErrInvalidArg)
			_, err = NewTestDriver(b)
			wantText(t, err, c.says...)
			_, err = b.Start(kafka.ConfigMap{"bootstrap.servers": "embedded:nobody"})
			wantText(t, err, c.says...)
		})
	}
}

func TestDriverArguments(t *testing.T) {
	b := New("arguments")
	table := b.Stream("bids", bidFields).GroupBy("side").Agg(Count("n"))
	d := driverOf(t, b)
	wantText(t, d.PipeString("bidz", "", "{}", time.UnixMilli(0)), "bidz", "bids")
	if err := d.PipeTo("bids", 1, nil, nil, time.UnixMilli(0)); err == nil {
		t.Error("there is one partition")
	}
	if _, err := d.Table(New("other").Table("x", Fields{{"k", String}, {"v", String}}, Key("k"))); err == nil {
		t.Error("that is another builder's")
	}
	if r, err := d.Read("nothing"); r != nil || err != nil {
		t.Error(r, err)
	}
	if _, err := NewTestDriver(b, Partitions("bids", 0)); err == nil {
		t.Error("no partition")
	}
	d.Close()
	d.Close()
	for name, err := range map[string]error{
		"Pipe": d.Pipe("bids", nil, nil, time.UnixMilli(0)), "AdvanceTime": d.AdvanceTime(time.UnixMilli(0)), "AdvanceWall": d.AdvanceWall(0),
		"Restart": d.Restart(),
	} {
		if !errors.Is(err, kafka.ErrState) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := d.Table(table)
	wantCode(t, err, kafka.ErrState)
	_, err = d.ReadAll("out")
	wantCode(t, err, kafka.ErrState)
	_, err = d.Metrics()
	wantCode(t, err, kafka.ErrState)
}

func TestExpressionsWithNames(t *testing.T) {
	for text, want := range map[string][2]string{
		"a":                            {"", "a"},
		"a AS b":                       {"b", "a"},
		" a * 2  as  b ":               {"b", "a * 2"},
		"CAST(a AS int)":               {"", "CAST(a AS int)"},
		"CAST(a AS int) AS b":          {"b", "CAST(a AS int)"},
		"' AS x'":                      {"", "' AS x'"},
		`' AS x' AS "my ""name"`:       {`my "name`, "' AS x'"},
		"alas":                         {"", "alas"},
		"CASE WHEN a THEN b END AS\nc": {"c", "CASE WHEN a THEN b END"},
	} {
		if name, expr := cutAs(text); name != want[0] || expr != want[1] {
			t.Errorf("%q: %q, %q", text, name, expr)
		}
	}
	if strings.Contains(didYouMean("x", []string{"completely"}), "completely") {
		t.Error("that is not near")
	}
}
