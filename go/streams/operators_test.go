//go:build cgo

package streams

import (
	"testing"
	"time"
)

var bidFields = Fields{{"auction", Int}, {"price", Float}, {"side", String}}

func TestStatelessOperators(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(s *Stream)
		in    []string
		want  []string
	}{
		{"filter", func(s *Stream) { s.Filter("price > 100 AND side = 'buy'").To("out") },
			[]string{`{"auction":1,"price":101,"side":"buy"}@5`, `{"auction":2,"price":101,"side":"sell"}@6`, `{"auction":3,"price":null,"side":"buy"}@7`},
			[]string{`{"auction":1,"price":101.0,"side":"buy"}@5`}},
		{"select", func(s *Stream) { s.Select("side", "price * 2 AS twice", `auction AS "the auction"`).To("out") },
			[]string{`{"auction":1,"price":2.5,"side":"buy"}@5`},
			[]string{`{"side":"buy","twice":5.0,"the auction":1}@5`}},
		{"with", func(s *Stream) { s.With("CAST(price AS int) AS price", "upper(side) as big").To("out") },
			[]string{`{"auction":1,"price":2.6,"side":"buy"}@5`},
			[]string{`{"auction":1,"price":3,"side":"buy","big":"BUY"}@5`}},
		{"select_key", func(s *Stream) { s.SelectKey("lower(side) AS side").Select("price").To("out", Columns("price")) },
			[]string{`{"auction":1,"price":2.5,"side":"BUY"}@5`},
			[]string{`buy={"price":2.5}@5`}},
		{"branch", func(s *Stream) {
			all := s.Branch("price > 100", "side = 'buy'", "true")
			all[0].With("'dear' AS what").Select("what", "auction").To("out")
			all[1].With("'buy' AS what").Select("what", "auction").To("out")
			all[2].With("'rest' AS what").Select("what", "auction").To("out")
		},
			[]string{`{"auction":1,"price":101,"side":"buy"}@1`, `{"auction":2,"price":null,"side":"buy"}@2`, `{"auction":3,"price":1}@3`},
			[]string{`{"what":"dear","auction":1}@1`, `{"what":"buy","auction":2}@2`, `{"what":"rest","auction":3}@3`}},
		{"merge", func(s *Stream) { s.Filter("price > 100").Merge(s.Filter("side = 'buy'")).Select("auction").To("out") },
			[]string{`{"auction":1,"price":101,"side":"sell"}@1`, `{"auction":2,"price":1,"side":"buy"}@2`},
			[]string{`{"auction":1}@1`, `{"auction":2}@2`}},
		{"sink options", func(s *Stream) {
			s.To("out", Key("auction"), ValueFormat(FormatText), Columns("side"), KeyFormat(FormatJSON))
		},
			[]string{`{"auction":7,"price":101,"side":"sell"}@1`},
			[]string{`{"auction":7}=sell@1`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := New("ops")
			c.build(b.Stream("in", bidFields))
			d := driverOf(t, b)
			feed(t, d, "in", c.in...)
			wantWritten(t, d, "out", c.want...)
		})
	}
}

func TestExplode(t *testing.T) {
	b := New("explode")
	b.Stream("lines", Fields{{"line", String}}, ValueFormat(FormatText)).
		Select("split(lower(line), ' ') AS word").Explode("word").To("words", ValueFormat(FormatText))
	d := driverOf(t, b)
	feed(t, d, "lines", "The quick  fox@3")
	wantWritten(t, d, "words", "the@3", "quick@3", "@3", "fox@3")
}

func TestFormatsAndKeys(t *testing.T) {
	b := New("formats")
	b.Stream("csv", Fields{{"id", Int}, {"name", String}, {"at", Timestamp}}, ValueFormat(FormatCSV(';')), Key("id"), KeyFormat(FormatInt64), EventTime("at")).
		To("out", KeyFormat(FormatText), Columns("name"))
	d := driverOf(t, b)
	must(t, d.Pipe("csv", []byte{0, 0, 0, 0, 0, 0, 0, 9}, []byte("nine;1000"), time.UnixMilli(5)))
	wantWritten(t, d, "out", `9={"name":"nine"}@1000`)
}

func TestTumblingCountAndLateRows(t *testing.T) {
	b := New("tumbling")
	counts := b.Stream("bids", bidFields).GroupBy("side").Window(Tumble(10*time.Second)).Grace(time.Second).
		Agg(Count("n"), Sum("total", "price"), Min("least", "auction"), Max("most", "auction"), Mean("mean", "price"))
	counts.Late().Select("auction").To("late", Columns("auction"))
	d := driverOf(t, b)
	feed(t, d, "bids", `{"auction":1,"price":2,"side":"buy"}@1000`, `{"auction":5,"price":4,"side":"buy"}@9999`,
		`{"auction":3,"price":8,"side":"sell"}@10500`, `{"auction":2,"price":9,"side":"buy"}@2000`)
	columns := []string{"side", "window_start", "window_end", "n", "total", "least", "most", "mean"}
	wantRows(t, tableOf(t, d, counts), columns, "buy,0,10000,3,15,1,5,5", "sell,10000,20000,1,8,3,3,8")
	// The first window is closed from here on: its state goes, and its rows are late.
	feed(t, d, "bids", `{"auction":9,"price":1,"side":"buy"}@11000`, `{"auction":4,"price":9,"side":"buy"}@3000`)
	wantRows(t, tableOf(t, d, counts), columns, "buy,10000,20000,1,1,9,9,1", "sell,10000,20000,1,8,3,3,8")
	wantWritten(t, d, "late", `buy={"auction":4}@3000`)
	m, err := d.Metrics()
	must(t, err)
	if m.RecordsIn != 6 || m.Late != 1 {
		t.Errorf("%+v", m)
	}
}

func TestFinalResultsOfHoppingWindows(t *testing.T) {
	b := New("hopping")
	b.Stream("bids", bidFields, Key("auction")).GroupBy("auction").Window(Hop(10*time.Second, 5*time.Second)).Emit(EmitFinal).Agg(Count("n")).
		To("out", Key("auction"), Columns("window_start", "n"))
	d := driverOf(t, b)
	feed(t, d, "bids", `1={"price":1}@7000`, `1={"price":1}@8000`)
	wantWritten(t, d, "out")
	must(t, d.AdvanceTime(time.UnixMilli(10000)))
	wantWritten(t, d, "out", `1={"window_start":0,"n":2}@8000`)
	must(t, d.AdvanceTime(time.UnixMilli(15000)))
	wantWritten(t, d, "out", `1={"window_start":5000,"n":2}@8000`)
}

func TestStateComesBack(t *testing.T) {
	b := New("restart")
	counts := b.Stream("bids", bidFields).GroupBy("side").Agg(Count("n"))
	d := driverOf(t, b, Partitions("bids", 2))
	feed(t, d, "bids", `{"side":"buy"}@1`, `{"side":"buy"}@2`)
	must(t, d.PipeTo("bids", 1, nil, []byte(`{"side":"buy"}`), time.UnixMilli(3)))
	must(t, d.Restart())
	feed(t, d, "bids", `{"side":"sell"}@4`, `{"side":"buy"}@5`)
	wantRows(t, tableOf(t, d, counts), []string{"side", "n"}, "buy,4", "sell,1")
}

func TestTables(t *testing.T) {
	b := New("tables")
	users := b.Table("users", Fields{{"id", String}, {"city", String}, {"age", Int}}, Key("id"))
	adults := users.Filter("age >= 18").With("upper(city) AS city")
	perCity := users.GroupBy("city").Agg(Count("n"), Sum("years", "age"))
	adults.ToStream().To("changes", Columns("city"))
	d := driverOf(t, b)
	feed(t, d, "users", `a={"city":"Rome","age":20}@1`, `b={"city":"Rome","age":10}@2`, `a={"city":"Oslo","age":21}@3`, `b={"city":"Oslo","age":11}@4`,
		`a=null@5`)
	wantRows(t, tableOf(t, d, users), []string{"id", "city", "age"}, "b,Oslo,11")
	wantRows(t, tableOf(t, d, perCity), []string{"city", "n", "years"}, "Oslo,1,11")
	wantWritten(t, d, "changes", `a={"city":"ROME"}@1`, `a={"city":"OSLO"}@3`, "a=null@5")
}

func TestToTable(t *testing.T) {
	b := New("to-table")
	latest := b.Stream("bids", bidFields, Key("auction")).ToTable()
	d := driverOf(t, b)
	feed(t, d, "bids", `1={"price":1}@1`, `2={"price":2}@2`, `1={"price":3}@3`)
	wantRows(t, tableOf(t, d, latest), []string{"auction", "price", "side"}, "1,3,<nil>", "2,2,<nil>")
}

func TestDeadLettersAndStrict(t *testing.T) {
	b := New("dead")
	in := b.Stream("bids", bidFields)
	in.To("out")
	in.DeadLetters().Select("reason", "partition", `"offset"`).To("dead", Columns("partition", "offset"))
	d := driverOf(t, b)
	feed(t, d, "bids", `{"auction":1}@1`, `no json@2`)
	wantWritten(t, d, "dead", `{"partition":0,"offset":1}@2`)
	m, err := d.Metrics()
	must(t, err)
	if m.Dead != 1 {
		t.Errorf("%+v", m)
	}

	b = New("strict")
	b.Stream("bids", bidFields, Strict()).To("out")
	d = driverOf(t, b)
	wantText(t, d.Pipe("bids", nil, []byte("no json"), time.UnixMilli(1)), "bids")
}

func TestIdleInputs(t *testing.T) {
	b := New("idle")
	b.Stream("bids", bidFields, Key("auction"), IdleAfter(time.Second)).GroupBy("auction").Window(Tumble(10*time.Second)).Emit(EmitFinal).Agg(Count("n")).
		To("out", Key("auction"), Columns("n"))
	d := driverOf(t, b)
	feed(t, d, "bids", `1={"price":1}@7000`)
	must(t, d.AdvanceWall(500*time.Millisecond))
	wantWritten(t, d, "out")
	must(t, d.AdvanceWall(time.Minute))
	wantWritten(t, d, "out", `1={"n":1}@7000`)
}

func TestPlansAreDescribedAndCompared(t *testing.T) {
	build := func(filter bool, column string) *Builder {
		b := New("plans")
		s := b.Stream("bids", bidFields)
		if filter {
			s = s.Filter("price > 1")
		}
		s.GroupBy("side").Agg(Count(column)).Named("per-side").To("out")
		return b
	}
	old := build(false, "n")
	text, err := old.Describe()
	must(t, err)
	wantText(t, errorText(text), "Sub-topology 0", "stream bids", "sink out", "per-side")
	plan, err := old.Plan()
	must(t, err)
	diff, err := build(true, "n").Diff(plan)
	must(t, err)
	if len(diff.Added)+len(diff.Orphaned)+len(diff.Changed) != 0 || len(diff.Kept) == 0 {
		t.Errorf("%+v", diff)
	}
	diff, err = build(true, "m").Diff(plan)
	must(t, err)
	if len(diff.Changed) != 1 || diff.Changed[0] != "per-side" {
		t.Errorf("%+v", diff)
	}
	if _, err := old.Diff([]byte("{")); err == nil {
		t.Error("that is no plan")
	}
}

type errorText string

func (e errorText) Error() string { return string(e) }
