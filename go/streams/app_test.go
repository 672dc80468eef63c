//go:build cgo

package streams

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
)

func testBroker(t testing.TB) *kafka.Broker {
	t.Helper()
	b, err := kafka.NewBroker(t.TempDir(), nil)
	must(t, err)
	t.Cleanup(func() { must(t, b.Close()) })
	return b
}

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func produce(t testing.TB, broker *kafka.Broker, topic string, values ...string) {
	t.Helper()
	p, err := kafka.NewProducer(&kafka.ConfigMap{"bootstrap.servers": broker.BootstrapServers()})
	must(t, err)
	defer p.Close()
	for _, v := range values {
		must(t, p.Produce(&kafka.Message{TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny}, Value: []byte(v)}, nil))
	}
	if left := p.Flush(int(patience / time.Millisecond)); left != 0 {
		t.Fatalf("%d messages are not delivered", left)
	}
}

func started(t testing.TB, b *Builder, broker *kafka.Broker, dir string) *App {
	t.Helper()
	conf := kafka.ConfigMap{"bootstrap.servers": broker.BootstrapServers(), "create.sources": true, "commit.interval.ms": 20}
	if dir != "" {
		conf["state.dir"] = dir
	}
	app, err := b.Start(conf)
	must(t, err)
	must(t, app.WaitRunning(testContext(t)))
	return app
}

// eventually asks until the table has these rows.
func eventually(t testing.TB, app *App, table *Table, columns []string, want ...string) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		b, err := app.Table(table)
		must(t, err)
		if got := rows(t, b, columns...); slices.Equal(got, want) {
			return
		} else if time.Now().After(end) {
			t.Fatalf("the table has %q, not %q", got, want)
		}
	}
}

func wordCount() (*Builder, *Table) {
	b := New("word-count")
	counts := b.Stream("lines", Fields{{"line", String}}, ValueFormat(FormatText)).
		MapBatch("trim", Fields{{"line", String}}, func(in *Batch) (*Batch, error) {
			out := slices.Clone(in.Strings("line"))
			for i := range out {
				out[i] = strings.Trim(out[i], " .,")
			}
			return NewBatch().AddStrings("line", out, in.Valid("line")), nil
		}).
		Select("split(lower(line), ' ') AS word").Explode("word").
		GroupBy("word").Agg(Count("n"))
	counts.To("counts", Columns("n"))
	return b, counts
}

func TestWordCountOverABroker(t *testing.T) {
	broker := testBroker(t)
	b, counts := wordCount()
	dir := t.TempDir()
	app := started(t, b, broker, dir)
	produce(t, broker, "lines", "the quick fox.", "The lazy dog", "the end")
	columns := []string{"word", "n"}
	eventually(t, app, counts, columns, "dog,1", "end,1", "fox,1", "lazy,1", "quick,1", "the,3")
	must(t, app.Commit(testContext(t)))
	m, err := app.Metrics()
	must(t, err)
	if m.RecordsIn != 3 || m.Commits == 0 || m.Tasks == 0 {
		t.Errorf("%+v", m)
	}
	if app.State() != Running {
		t.Error(app.State())
	}
	must(t, app.Stop(testContext(t)))
	must(t, app.Stop(testContext(t)))

	// It goes on where it was, and the topic has the last count of each word.
	app = started(t, b, broker, dir)
	produce(t, broker, "lines", "the dog")
	eventually(t, app, counts, columns, "dog,2", "end,1", "fox,1", "lazy,1", "quick,1", "the,4")
	must(t, app.Stop(testContext(t)))
	c, err := kafka.NewConsumer(&kafka.ConfigMap{"bootstrap.servers": broker.BootstrapServers(), "group.id": "check", "auto.offset.reset": "earliest"})
	must(t, err)
	defer c.Close()
	must(t, c.Subscribe("counts", nil))
	last := map[string]string{}
	for last["the"] != `{"n":4}` || last["dog"] != `{"n":2}` {
		m, err := c.ReadMessage(patience)
		must(t, err)
		last[string(m.Key)] = string(m.Value)
	}
}

func TestAFunctionThatFailsEndsTheProgram(t *testing.T) {
	broker := testBroker(t)
	quiet(t)
	for name, f := range map[string]func(*Batch) (*Batch, error){
		"error": func(*Batch) (*Batch, error) { return nil, errors.New("enough of that") },
		"panic": func(*Batch) (*Batch, error) { panic("enough of that") },
	} {
		t.Run(name, func(t *testing.T) {
			b := New("fails-" + name)
			b.Stream("lines", Fields{{"line", String}}, ValueFormat(FormatText)).MapBatch("mine", Fields{{"x", Int}}, f).To("out")
			app := started(t, b, broker, "")
			produce(t, broker, "lines", "a line")
			wantText(t, app.Wait(testContext(t)), `"mine"`, "enough of that")
			if app.State() != Failed {
				t.Error(app.State())
			}
			_, err := app.Metrics()
			wantText(t, err, "enough of that")
			wantText(t, app.WaitRunning(testContext(t)), "enough of that")
			wantText(t, app.Stop(testContext(t)), "enough of that")
			must(t, app.Stop(testContext(t)))
		})
	}
}

func TestWaitingEndsWithItsContextAndAClosedProgramSaysSo(t *testing.T) {
	b, counts := wordCount()
	app := started(t, b, testBroker(t), "")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := app.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := app.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	for name, err := range map[string]error{"Stop": app.Stop(ctx), "WaitRunning": app.WaitRunning(ctx), "Commit": app.Commit(ctx)} {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := app.Table(New("other").Table("x", bidFields, Key("side"))); err == nil {
		t.Error("that is another builder's")
	}
	must(t, app.Stop(testContext(t)))
	if app.State() != Stopped {
		t.Error(app.State())
	}
	_, err := app.Table(counts)
	wantCode(t, err, kafka.ErrState)
	_, err = app.Metrics()
	wantCode(t, err, kafka.ErrState)
	wantCode(t, app.Commit(context.Background()), kafka.ErrState)
	wantCode(t, app.Wait(context.Background()), kafka.ErrState)
	wantCode(t, app.WaitRunning(context.Background()), kafka.ErrState)
}

func TestConfigurationMistakes(t *testing.T) {
	b, _ := wordCount()
	for _, c := range []struct {
		conf kafka.ConfigMap
		says string
	}{
		{kafka.ConfigMap{"bootstrap.servers": "localhost", "commit.interval.ms": "soon"}, "commit.interval.ms"},
		{kafka.ConfigMap{"bootstrap.servers": "localhost", "application.id": "no name/"}, "application.id"},
		{kafka.ConfigMap{"bootstrap.servers": "localhost", "state.dir": struct{}{}}, "state.dir"},
		{kafka.ConfigMap{"bootstrap.servers": "localhost", "bootstrap.server": "x"}, "bootstrap.server"},
	} {
		app, err := b.Start(c.conf)
		if err == nil {
			err = app.WaitRunning(testContext(t))
			_ = app.Stop(testContext(t))
		}
		wantText(t, err, c.says)
	}
}

// leakRounds is how often things are opened and closed; `make soak` takes more.
func leakRounds(t *testing.T, otherwise int) int {
	text := os.Getenv("WELLHEAD_LEAK_ROUNDS")
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

func residentBytes(t *testing.T) int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("there is no /proc")
	}
	pages, err := strconv.Atoi(string(bytes.Fields(text)[1]))
	must(t, err)
	return pages * os.Getpagesize()
}

func descriptors(t *testing.T) int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("there is no /proc")
	}
	return len(names)
}

// After many drivers and programs were opened, used and closed no goroutine, descriptor or memory is left of them.
func TestOpenAndCloseLeavesNothing(t *testing.T) {
	broker := testBroker(t)
	driver := func(t *testing.T) {
		b, counts := wordCount()
		d, err := NewTestDriver(b)
		must(t, err)
		must(t, d.PipeString("lines", "", strings.Repeat("a b c ", 200), time.UnixMilli(1)))
		if n := tableOf(t, d, counts).Len(); n != 3 {
			t.Fatal(n)
		}
		_, err = d.ReadAll("counts")
		must(t, err)
		d.Close()
	}
	app := func(t *testing.T) {
		b, counts := wordCount()
		a := started(t, b, broker, "")
		_, err := a.Table(counts)
		must(t, err)
		must(t, a.Stop(testContext(t)))
	}
	n := leakRounds(t, 300)
	for _, kind := range []struct {
		name   string
		round  func(t *testing.T)
		rounds int
	}{{"driver", driver, n}, {"program", app, max(n/20, 10)}} {
		t.Run(kind.name, func(t *testing.T) {
			goroutines := runtime.NumGoroutine()
			for range max(kind.rounds/3, 5) {
				kind.round(t)
			}
			runtime.GC()
			memory, fds := residentBytes(t), descriptors(t)
			for range kind.rounds {
				kind.round(t)
			}
			for range 3 {
				runtime.GC()
			}
			// What the library stops in the background has a moment to end.
			for end := time.Now().Add(patience); descriptors(t) > fds+20 || runtime.NumGoroutine() > goroutines; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%d goroutines, were %d; %d descriptors, were %d", runtime.NumGoroutine(), goroutines, descriptors(t), fds)
				}
			}
			if grown := residentBytes(t) - memory; grown > 24<<20 {
				t.Errorf("%d rounds left %d KiB", kind.rounds, grown>>10)
			}
		})
	}
}

func ExampleTestDriver() {
	b := New("example")
	b.Stream("bids", Schema{"auction": Int, "price": Float}).Filter("price > 100").To("hot")
	d, err := NewTestDriver(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	d.PipeString("bids", "", `{"auction": 1, "price": 99.5}`, time.UnixMilli(0))
	d.PipeString("bids", "", `{"auction": 2, "price": 120}`, time.UnixMilli(1))
	r, _ := d.Read("hot")
	fmt.Println(string(r.Value))
	// Output: {"auction":2,"price":120.0}
}
