//go:build cgo

package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// leakRounds is how often things are opened and closed; `make soak` takes 10,000.
func leakRounds(t *testing.T, otherwise int) int {
	text := os.Getenv("WELLHEAD_LEAK_ROUNDS")
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

// within fails when f takes for ever.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(2 * patience):
		buf := make([]byte, 1<<20)
		t.Fatalf("%s does not return\n%s", what, buf[:runtime.Stack(buf, true)])
	}
}

// argumentOf makes a value that every method takes.
func argumentOf(t *testing.T, kind reflect.Type) reflect.Value {
	topic := "t"
	tp := TopicPartition{Topic: &topic, Partition: 0, Offset: 0}
	for _, v := range []any{
		topic, &topic, 10, int32(0), true, 10 * time.Millisecond, context.Background(), tp, []TopicPartition{tp}, &Message{TopicPartition: tp}, []*Message{{TopicPartition: tp}},
		[]string{topic}, []TopicSpecification{{Topic: topic, NumPartitions: 1}}, []PartitionsSpecification{{Topic: topic, IncreaseTo: 2}},
		[]ConfigResource{{Type: ResourceTopic, Name: topic}}, map[TopicPartition]OffsetSpec{tp: EarliestOffsetSpec},
		[]ConsumerGroupTopicPartitions{{Group: "g", Partitions: []TopicPartition{tp}}}, NewTopicCollectionOfTopicNames([]string{topic}),
		RebalanceCb(nil), make(chan Event, 1), (*ConsumerGroupMetadata)(nil),
	} {
		if reflect.TypeOf(v) == kind {
			return reflect.ValueOf(v)
		}
	}
	if kind.Kind() == reflect.Interface && reflect.TypeOf(context.Background()).Implements(kind) {
		return reflect.ValueOf(context.Background())
	}
	t.Fatalf("a method takes a %v: add one to argumentOf", kind)
	return reflect.Value{}
}

// Every method of a closed object returns, without a panic, and what has an error has the typed one. A new method is called too.
func TestEveryMethodAfterCloseReturnsTheTypedError(t *testing.T) {
	b := testBroker(t)
	conf := &ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": "closed"}
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
	must(t, err)
	c, err := NewConsumer(conf)
	must(t, err)
	a, err := NewAdminClientFromProducer(p)
	must(t, err)
	p.Close()
	must(t, c.Close())
	a.Close()
	// What is not served, closed or not.
	notServed := map[string]ErrorCode{}
	for _, name := range []string{"InitTransactions", "BeginTransaction", "SendOffsetsToTransaction", "CommitTransaction", "AbortTransaction"} {
		notServed[name] = ErrNotImplemented
	}
	methods := 0
	for _, object := range []any{p, c, a} {
		value := reflect.ValueOf(object)
		for i := range value.NumMethod() {
			method := value.Type().Method(i)
			kind := method.Func.Type()
			args := []reflect.Value{value}
			for n := 1; n < kind.NumIn(); n++ {
				if kind.IsVariadic() && n == kind.NumIn()-1 {
					break // options
				}
				args = append(args, argumentOf(t, kind.In(n)))
			}
			name := fmt.Sprintf("%T.%s", object, method.Name)
			within(t, name, func() {
				out := method.Func.Call(args)
				if len(out) == 0 {
					return
				}
				last, isError := out[len(out)-1].Interface().(error)
				if kind.Out(len(out)-1) != reflect.TypeOf((*error)(nil)).Elem() {
					return
				}
				want, other := notServed[method.Name]
				if !other {
					want = ErrState
				}
				var typed Error
				// Some have nothing to wait for and nothing to say.
				if quiet := method.Name == "FlushContext"; quiet && out[len(out)-1].IsNil() {
					return
				}
				if !isError || !errors.As(last, &typed) || typed.Code() != want {
					t.Errorf("%s: %v (%T), not %v", name, last, last, want)
				}
			})
			methods++
		}
	}
	if methods < 60 {
		t.Errorf("only %d methods were found", methods)
	}
	if _, err := NewAdminClientFromProducer(p); !errors.Is(err, ErrState) {
		t.Error(err)
	}
	if _, err := NewAdminClientFromConsumer(c); !errors.Is(err, ErrState) {
		t.Error(err)
	}
}

// A rebalance callback may panic, close its consumer, poll it, or leave; and the group goes on.
func TestRebalanceCallbackMayDoAnything(t *testing.T) {
	b := testBroker(t)
	producer := testProducer(t, b, nil)
	for _, byChannel := range []bool{false, true} {
		for _, inside := range []string{"close", "panic", "poll", "unsubscribe", "error"} {
			if byChannel && inside == "panic" {
				continue // on a goroutine that nobody recovers: it is the program's end, as everywhere in Go
			}
			name := fmt.Sprintf("%s, Events %v", inside, byChannel)
			topic := strings.NewReplacer(" ", "-", ",", "").Replace("cb-" + name)
			fill(t, producer, topic, 0, 0, 3)
			c, err := NewConsumer(&ConfigMap{
				"bootstrap.servers": b.BootstrapServers(), "group.id": topic, "auto.offset.reset": "earliest", "go.events.channel.enable": byChannel,
				"enable.auto.commit": false,
			})
			must(t, err)
			var calls atomic.Int32
			called := make(chan struct{})
			callback := func(c *Consumer, ev Event) error {
				if calls.Add(1) > 1 {
					return nil
				}
				defer close(called)
				switch inside {
				case "close":
					must(t, c.Close())
				case "panic":
					panic("the application's")
				case "poll":
					if ev := c.Poll(-1); ev != nil {
						t.Errorf("%s: %v", name, ev)
					}
					if _, err := c.ReadMessage(-1); !errors.Is(err, ErrState) {
						t.Errorf("%s: %v", name, err)
					}
				case "unsubscribe":
					must(t, c.Unsubscribe())
				case "error":
					return errors.New("the application's")
				}
				return nil
			}
			must(t, c.Subscribe(topic, callback))
			within(t, name, func() {
				for {
					select {
					case <-called:
						return
					default:
					}
					func() {
						defer func() {
							if r := recover(); r != nil && inside != "panic" {
								t.Errorf("%s: %v", name, r)
							}
						}()
						if !byChannel {
							c.Poll(50)
							return
						}
						select {
						case <-c.Events():
						case <-called:
						}
					}()
				}
			})
			if inside == "panic" || inside == "error" || inside == "poll" {
				// It goes on as if nothing had been.
				if byChannel {
					within(t, name, func() {
						for range c.Events() {
							break
						}
					})
				} else {
					next(t, c)
				}
			}
			within(t, name+": Close", func() {
				err := c.Close()
				if inside == "close" {
					wantCode(t, err, ErrState)
				} else {
					must(t, err)
				}
			})
			if byChannel {
				within(t, name+": the channel's end", func() {
					for range c.Events() {
					}
				})
			}
			other := testConsumer(t, b, topic, nil)
			must(t, other.Subscribe(topic, nil))
			if m := next(t, other); string(m.Value) != "v0" {
				t.Errorf("%s: the next one got %v", name, m)
			}
			must(t, other.Close())
		}
	}
}

// A callback that calls Close from within Close, or panics there, leaves a closed consumer.
func TestRebalanceCallbackWithinClose(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "t", 0, 0, 1)
	for _, panics := range []bool{false, true} {
		c, err := NewConsumer(&ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": fmt.Sprint("g", panics), "auto.offset.reset": "earliest"})
		must(t, err)
		revoked := 0
		must(t, c.Subscribe("t", func(c *Consumer, ev Event) error {
			if _, ok := ev.(RevokedPartitions); ok {
				revoked++
				wantCode(t, c.Close(), ErrState)
				if panics {
					panic("the application's")
				}
			}
			return nil
		}))
		next(t, c)
		within(t, "Close", func() {
			defer func() {
				if (recover() != nil) != panics {
					t.Error("the panic did not come through, or came from nowhere")
				}
			}()
			must(t, c.Close())
		})
		if revoked != 1 || !c.IsClosed() {
			t.Errorf("called %d times, closed %v", revoked, c.IsClosed())
		}
		wantCode(t, c.Close(), ErrState)
	}
}

// A delivery channel that the application closed costs its reports; one that nobody reads holds up neither Flush for longer than
// asked nor Close.
func TestDeliveryChannelsThatAreClosedOrNotRead(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, ConfigMap{"go.logs.channel.enable": true})
	closed := make(chan Event, 1)
	close(closed)
	for i := range 3 {
		must(t, p.Produce(&Message{TopicPartition: to("t", 0), Value: []byte{byte(i)}}, closed))
	}
	if left := p.Flush(int(patience / time.Millisecond)); left != 0 {
		t.Fatal(left)
	}
	good := make(chan Event, 1)
	must(t, p.Produce(&Message{TopicPartition: to("t", 0)}, good))
	if m := (<-good).(*Message); m.TopicPartition.Error != nil || m.TopicPartition.Offset != 3 {
		t.Error(m)
	}
	if line := <-p.Logs(); !strings.Contains(line.Message, "delivery channel is closed") {
		t.Error(line)
	}
	// Refused by the library, reported by another way.
	must(t, p.Produce(&Message{TopicPartition: to("no such topic", 0)}, closed))
	unread := make(chan Event)
	must(t, p.Produce(&Message{TopicPartition: to("t", 0)}, unread))
	within(t, "Flush", func() {
		if left := p.Flush(50); left == 0 {
			t.Error("a report that nobody read does not count")
		}
	})
	within(t, "Close", p.Close)
}

// What belongs to no message comes as an Error on Events().
func TestAProducerHearsThatNobodyIsThere(t *testing.T) {
	must(t, SetLogLevel(LogOff))
	defer SetLogLevel(LogWarnings)
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": nowhere(t)})
	must(t, err)
	defer p.Close()
	events := p.Events()
	must(t, p.Produce(&Message{TopicPartition: to("t", 0)}, nil))
	var codes []ErrorCode
	for len(codes) < 2 {
		select {
		case ev := <-events:
			codes = append(codes, ev.(Error).Code())
		case <-time.After(patience):
			t.Fatal(codes)
		}
	}
	if codes[0] != ErrTransport || codes[1] != ErrAllBrokersDown {
		t.Error(codes)
	}
}

func TestAMisspeltGroupIDIsNamed(t *testing.T) {
	_, err := NewConsumer(&ConfigMap{"bootstrap.servers": "localhost", "groupid": "g"})
	wantCode(t, err, ErrInvalidArg)
	if !strings.Contains(err.Error(), "groupid") || !strings.Contains(err.Error(), "group.id") {
		t.Error(err)
	}
	_, err = NewConsumer(&ConfigMap{"bootstrap.servers": "localhost"})
	wantCode(t, err, ErrInvalidArg)
}

// A producer and a consumer are closed while goroutines are in all their calls.
func TestCloseUnderLoad(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "load", 0, 0, 100)
	run := func(what string, calls []func(), stop func()) {
		var ready, all sync.WaitGroup
		var done atomic.Bool
		for k := range 2 * len(calls) {
			ready.Add(1)
			all.Add(1)
			go func() {
				defer all.Done()
				for n := 0; !done.Load(); n++ {
					calls[k%len(calls)]()
					if n == 3 {
						ready.Done()
					}
				}
				for range 3 {
					calls[k%len(calls)]() // and closed
				}
			}()
		}
		within(t, what+": some calls", ready.Wait)
		within(t, what+": Close", stop)
		done.Store(true)
		within(t, what+": the calls", all.Wait)
	}
	for range 3 {
		p, err := NewProducer(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
		must(t, err)
		events := p.Events()
		go func() {
			for range events {
			}
		}()
		message := &Message{TopicPartition: to("load", 0), Value: make([]byte, 100)}
		run("producer", []func(){
			func() { p.Produce(message, nil); time.Sleep(50 * time.Microsecond) },
			func() { p.Produce(message, make(chan Event, 1)); time.Sleep(50 * time.Microsecond) },
			func() { p.Flush(1) },
			func() { p.Len() },
			func() { p.GetMetadata(nil, true, 100) },
			func() { p.Purge(PurgeQueue | PurgeInFlight) },
			func() {
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
				defer cancel()
				p.ProduceSync(ctx, message)
			},
		}, p.Close)
		c, err := NewConsumer(&ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": "load", "auto.offset.reset": "earliest"})
		must(t, err)
		must(t, c.Subscribe("load", func(*Consumer, Event) error { return nil }))
		one := []TopicPartition{at("load", 0, 0)}
		run("consumer", []func(){
			func() { c.Poll(1) },
			func() { c.ReadMessage(time.Millisecond) },
			func() { c.Commit() },
			func() { c.Assignment() },
			func() { c.Pause(one); c.Resume(one) },
			func() { c.Position(one) },
			func() { c.Committed(one, 100) },
			func() { c.SeekPartitions(one) },
		}, func() { must(t, c.Close()) })
	}
}

// A signal ends no call early and loses nothing: SIGURG is Go's own for pre-emption, SIGPROF that of its profiler.
func TestSignalsUnderLoad(t *testing.T) {
	b := testBroker(t)
	testTopic(t, b, "signals", 1)
	p, c := testProducer(t, b, nil), testConsumer(t, b, "signals", nil)
	if err := pprof.StartCPUProfile(&strings.Builder{}); err != nil {
		t.Log("not profiled:", err)
	} else {
		defer pprof.StopCPUProfile()
	}
	var done atomic.Bool
	defer done.Store(true)
	go func() {
		for !done.Load() {
			syscall.Kill(os.Getpid(), syscall.SIGURG)
			time.Sleep(200 * time.Microsecond)
		}
	}()
	const n = 20_000
	must(t, c.Subscribe("signals", nil))
	go func() {
		for i := range n {
			if err := p.ProduceContext(context.Background(), &Message{TopicPartition: to("signals", 0), Value: strconv.AppendInt(nil, int64(i), 10)}, nil); err != nil {
				t.Error(err)
				return
			}
		}
		p.Flush(int(patience / time.Millisecond))
	}()
	for i := range n {
		if m := next(t, c); string(m.Value) != strconv.Itoa(i) {
			t.Fatalf("%s at %d", m.Value, i)
		}
	}
}

// Objects that are dropped without Close are left alone: nothing of theirs is freed under the library, and nothing crashes. There is
// no finalizer, as a goroutine or the group's membership may still be at work for them: Close is the application's.
func TestWhatIsDroppedWithoutCloseStaysAlive(t *testing.T) {
	b := testBroker(t)
	for i := range 20 {
		p, err := NewProducer(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
		must(t, err)
		must(t, p.Produce(&Message{TopicPartition: to("dropped", 0), Value: []byte{byte(i)}}, nil))
		_, err = NewConsumer(&ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": "dropped"})
		must(t, err)
		_, err = NewAdminClient(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
		must(t, err)
		p = nil
		runtime.GC()
	}
	// What they were given is sent.
	c := testConsumer(t, b, "reader", nil)
	must(t, c.Subscribe("dropped", nil))
	for range 20 {
		next(t, c)
	}
}

// Statistics come by themselves, also while Poll waits.
func TestStatistics(t *testing.T) {
	b := testBroker(t)
	p := testProducer(t, b, ConfigMap{"statistics.interval.ms": 20, "client.id": "x"})
	c := testConsumer(t, b, "stats", ConfigMap{"statistics.interval.ms": 20, "client.id": "x"})
	for kind, next := range map[string]func() Event{
		"producer": func() Event { return <-p.Events() },
		"consumer": func() Event { return c.Poll(-1) },
	} {
		within(t, kind, func() {
			for range 2 {
				var said struct {
					Type     string `json:"type"`
					ClientID string `json:"client_id"`
					Age      int64  `json:"age"`
				}
				must(t, json.Unmarshal([]byte(next().(*Stats).String()), &said))
				if said.Type != kind || said.ClientID != "x" || said.Age <= 0 {
					t.Errorf("%s: %+v", kind, said)
				}
			}
		})
	}
}
