//go:build cgo

package kafka

import (
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// Broker is a broker inside this process: a durable log in a directory, reached without a socket.
type Broker struct {
	mu        sync.Mutex
	handle    uint64
	bootstrap string
}

// NewBroker opens the broker of a data directory, which is made when it is not there. conf (may be nil) has Kafka's broker
// properties; without listeners the broker takes no port and only this process reaches it. A directory has one broker at a time.
func NewBroker(dir string, conf *ConfigMap) (*Broker, error) {
	s, err := readConfig(conf)
	if err != nil {
		return nil, err
	}
	handle, e := cabi.BrokerOpen(dir, s.list())
	if e != nil {
		return nil, errorFromC(e)
	}
	bootstrap, e := cabi.BrokerBootstrap(handle)
	if e != nil {
		cabi.BrokerClose(handle)
		return nil, errorFromC(e)
	}
	return &Broker{handle: handle, bootstrap: bootstrap}, nil
}

// BootstrapServers is what a client's bootstrap.servers takes to reach this broker.
func (b *Broker) BootstrapServers() string { return b.bootstrap }

// Close stops the broker; it blocks until everything is on disk. A second call does nothing.
func (b *Broker) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.handle == 0 {
		return nil
	}
	e := cabi.BrokerClose(b.handle)
	b.handle = 0
	return check(e)
}

// MockCluster is a broker for tests: the embedded one, on a free port of the loopback interface, with a directory of its own that
// goes with it. It is a real broker, so what works against it works.
type MockCluster struct {
	mu      sync.Mutex
	dir     string
	broker  *Broker
	address string
}

// NewMockCluster starts one. brokerCount is accepted for compatibility: there is one broker, whatever it says.
func NewMockCluster(brokerCount int) (*MockCluster, error) {
	if brokerCount < 1 {
		return nil, errorf(ErrInvalidArg, "a cluster has at least one broker, not %d", brokerCount)
	}
	dir, err := os.MkdirTemp("", "wellhead-mock-")
	if err != nil {
		return nil, errorf(ErrFs, "%v", err)
	}
	m := &MockCluster{dir: dir}
	if err := m.up("127.0.0.1:0"); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	m.address = m.broker.BootstrapServers()
	return m, nil
}

func (m *MockCluster) up(address string) error {
	b, err := NewBroker(m.dir, &ConfigMap{"listeners": "PLAINTEXT://" + address})
	if err != nil {
		return err
	}
	m.broker = b
	return nil
}

// BootstrapServers is its address.
func (m *MockCluster) BootstrapServers() string { return m.address }

// CreateTopic makes a topic. The replication factor must be 1, there being one broker.
func (m *MockCluster) CreateTopic(topic string, partitions, replicationFactor int) error {
	a, err := NewAdminClient(&ConfigMap{"bootstrap.servers": m.address})
	if err != nil {
		return err
	}
	defer a.Close()
	results, err := a.createTopics([]TopicSpecification{{Topic: topic, NumPartitions: partitions, ReplicationFactor: replicationFactor}},
		adminOptions{requestTimeout: 10 * time.Second})
	if err != nil {
		return err
	}
	if results[0].Error.Code() != ErrNoError {
		return results[0].Error
	}
	return nil
}

// SetBrokerDown stops the broker, which keeps its data and its port.
func (m *MockCluster) SetBrokerDown(brokerID int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broker == nil {
		return nil
	}
	err := m.broker.Close()
	m.broker = nil
	return err
}

// SetBrokerUp starts it again.
func (m *MockCluster) SetBrokerUp(brokerID int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broker != nil {
		return nil
	}
	if m.dir == "" {
		return errClosed("cluster")
	}
	if _, _, err := net.SplitHostPort(strings.TrimSpace(m.address)); err != nil {
		return errorf(ErrInvalidArg, "%v", err)
	}
	return m.up(m.address)
}

// SetRoundtripDuration is not there: this broker answers at once.
func (m *MockCluster) SetRoundtripDuration(brokerID int, duration time.Duration) error {
	return errorf(ErrNotImplemented, "this broker cannot be slowed down")
}

// Close stops it and removes its directory.
func (m *MockCluster) Close() {
	m.SetBrokerDown(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dir != "" {
		if err := os.RemoveAll(m.dir); err != nil {
			fmt.Fprintln(os.Stderr, "wellhead:", err)
		}
		m.dir = ""
	}
}
