//go:build cgo

package kafka

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

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

// After many producers, consumers, admins and brokers were opened, used and closed no goroutine, descriptor or memory is left of them.
func TestOpenAndCloseLeavesNothing(t *testing.T) {
	b := testBroker(t)
	topic := "life"
	fill(t, testProducer(t, b, nil), topic, 0, 0, 10)
	producer := func() {
		p, err := NewProducer(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
		must(t, err)
		p.Events()
		p.ProduceChannel()
		must(t, p.Produce(&Message{TopicPartition: to(topic, 0), Value: make([]byte, 1000)}, nil))
		p.Close()
	}
	consumer := func() {
		c, err := NewConsumer(&ConfigMap{"bootstrap.servers": b.BootstrapServers(), "group.id": "life", "enable.auto.commit": false})
		must(t, err)
		must(t, c.Assign([]TopicPartition{at(topic, 0, OffsetBeginning)}))
		c.Poll(0)
		must(t, c.Close())
	}
	admin := func() {
		a, err := NewAdminClient(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
		must(t, err)
		_, err = a.GetMetadata(nil, true, int(patience/time.Millisecond))
		must(t, err)
		a.Close()
	}
	refused := func() {
		if _, err := NewProducer(&ConfigMap{"no.such.property": 1}); err == nil {
			t.Error("there is no such property")
		}
		if _, err := NewConsumer(&ConfigMap{"bootstrap.servers": b.BootstrapServers()}); err == nil {
			t.Error("there is no group")
		}
	}
	dir := t.TempDir()
	broker := func() {
		o, err := NewBroker(dir, &ConfigMap{"listeners": "PLAINTEXT://127.0.0.1:0"})
		must(t, err)
		must(t, o.Close())
	}
	n := leakRounds(t, 300)
	for _, kind := range []struct {
		name   string
		round  func()
		rounds int
	}{
		{"producer", producer, n}, {"consumer", consumer, n}, {"admin", admin, n}, {"refused", refused, n},
		{"broker", broker, max(n/10, 20)}, // opened and closed with everything on disk: a tenth of them takes as long
	} {
		t.Run(kind.name, func(t *testing.T) { leavesNothing(t, kind.round, kind.rounds) })
	}
}

func leavesNothing(t *testing.T, round func(), rounds int) {
	settle := func() {
		for range 3 {
			runtime.GC()
		}
	}
	goroutines := runtime.NumGoroutine()
	for range rounds / 3 {
		round()
	}
	settle()
	memory, fds := residentBytes(t), descriptors(t)
	for range rounds {
		round()
	}
	settle()
	// What the library stops in the background has a moment to end.
	end := time.Now().Add(patience)
	for descriptors(t) > fds+20 || runtime.NumGoroutine() > goroutines {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, were %d; %d descriptors, were %d", runtime.NumGoroutine(), goroutines, descriptors(t), fds)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if grown := residentBytes(t) - memory; grown > 24<<20 {
		t.Errorf("%d rounds left %d KiB", rounds, grown>>10)
	}
}

func TestMockCluster(t *testing.T) {
	m, err := NewMockCluster(1)
	must(t, err)
	defer m.Close()
	must(t, m.CreateTopic("mocked", 2, 1))
	if err := m.CreateTopic("mocked", 2, 1); err == nil {
		t.Error("created twice")
	}
	p, err := NewProducer(&ConfigMap{"bootstrap.servers": m.BootstrapServers()})
	must(t, err)
	defer p.Close()
	_, err = p.ProduceSync(context.Background(), &Message{TopicPartition: to("mocked", 1), Value: []byte("x")})
	must(t, err)
	must(t, m.SetBrokerDown(1))
	must(t, p.Produce(&Message{TopicPartition: to("mocked", 1), Value: []byte("y")}, nil))
	if n := p.Flush(50); n != 1 {
		t.Error(n)
	}
	must(t, m.SetBrokerUp(1))
	if n := p.Flush(int(patience / time.Millisecond)); n != 0 {
		t.Error(n)
	}
	if _, err := NewMockCluster(0); err == nil {
		t.Error("a cluster of none")
	}
	// By the property, as test suites have it.
	q, err := NewProducer(&ConfigMap{"test.mock.num.brokers": 3})
	must(t, err)
	_, err = q.ProduceSync(context.Background(), &Message{TopicPartition: to("t", PartitionAny), Value: []byte("x")})
	must(t, err)
	q.Close()
}

func TestBrokerDirectoryIsLocked(t *testing.T) {
	dir := t.TempDir()
	b, err := NewBroker(dir, nil)
	must(t, err)
	if _, err := NewBroker(dir, nil); err == nil {
		t.Error("opened twice")
	}
	must(t, b.Close())
	must(t, b.Close())
	again, err := NewBroker(dir, &ConfigMap{"listeners": "PLAINTEXT://127.0.0.1:0", "num.partitions": 3})
	must(t, err)
	must(t, again.Close())
	if _, err := NewBroker(dir, &ConfigMap{"num.partition": 3}); err == nil {
		t.Error("a wrong property is taken")
	}
}

// A producer that reaches nobody says so on standard error; not when it was told to be silent.
func TestAnUnreachableClusterIsToldToAPerson(t *testing.T) {
	if address := os.Getenv("WELLHEAD_TEST_NOWHERE"); address != "" {
		if os.Getenv("WELLHEAD_TEST_SILENT") != "" {
			must(t, SetLogLevel(LogOff))
		}
		p, err := NewProducer(&ConfigMap{"bootstrap.servers": address, "message.timeout.ms": 1500})
		must(t, err)
		defer p.Close()
		p.ProduceSync(context.Background(), &Message{TopicPartition: to("t", 0)})
		return
	}
	address := nowhere(t)
	for _, silent := range []string{"", "yes"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAnUnreachableClusterIsToldToAPerson$")
		cmd.Env = append(os.Environ(), "WELLHEAD_TEST_NOWHERE="+address, "WELLHEAD_TEST_SILENT="+silent)
		var said strings.Builder
		cmd.Stderr = &said
		must(t, cmd.Run())
		if told := strings.Contains(said.String(), "wellhead: warning: cannot reach the cluster"); told != (silent == "") {
			t.Errorf("silent %q: %q", silent, said.String())
		}
	}
	if err := SetLogLevel(99); err == nil {
		t.Error("there is a level 99")
	}
}
