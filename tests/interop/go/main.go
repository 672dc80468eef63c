// Command clients is the Go clients behind the verbs of the interop tests (see ../clients.py): `clients NAME ADDRESS` reads one JSON
// request a line and answers each with one line, {"ok": ...} or {"code": Kafka's error code, "error": text}.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// patience bounds every call: nothing here takes this long unless it is stuck.
const patience = 40 * time.Second

// latest and earliest are the times that stand for the ends of a partition, as on the wire.
const (
	latest   = -1
	earliest = -2
)

// record is a record in both directions; bytes are base64, or null.
type record struct {
	Key       []byte   `json:"key"`
	Value     []byte   `json:"value"`
	Headers   []header `json:"headers"`
	Timestamp int64    `json:"timestamp"`
	Partition int32    `json:"partition"`
	Offset    int64    `json:"offset"`
}

type header struct {
	Name  string `json:"name"`
	Value []byte `json:"value"`
}

// member is a member of a group. poll gives what came within the time and commits it.
type member interface {
	poll(d time.Duration) ([]record, error)
	leave() error
}

// client is what each library does for the tests.
type client interface {
	// write returns when all are acknowledged by acks=all; maxBytes is the library's own limit of a request, raised past the topic's.
	write(topic, codec string, maxBytes int, records []record) error
	join(group, topic, reset string) (member, error)
	commit(group, topic string, partition int32, offset int64, metadata string) error
	committed(group, topic string, partition int32) (int64, string, error)
	offset(topic string, partition int32, at int64) (int64, error)
	create(topic string, partitions int, configs map[string]string) error
	grow(topic string, partitions int) error
	remove(topic string) error
	topics() (map[string]int, error)
	config(topic, name string) (string, error)
	alter(topic, name, value string) error
	deleteRecords(topic string, partition int32, before int64) error
	groups() ([]string, error)
	describe(group string) (state string, members int, err error)
	removeGroup(group string) error
	close()
}

// failure is an error with Kafka's code where the library's own error type does not carry one.
type failure struct {
	code int
	text string
}

func (f failure) Error() string { return f.text }

var errLacks = errors.New("this client has no call for it")

type request struct {
	Do        string            `json:"do"`
	Topic     string            `json:"topic"`
	Codec     string            `json:"codec"`
	MaxBytes  int               `json:"max_bytes"`
	Records   []record          `json:"records"`
	Group     string            `json:"group"`
	Reset     string            `json:"reset"`
	Member    int               `json:"member"`
	Ms        int               `json:"ms"`
	Partition int32             `json:"partition"`
	Offset    int64             `json:"offset"`
	Metadata  string            `json:"metadata"`
	At        int64             `json:"at"`
	Count     int               `json:"count"`
	Configs   map[string]string `json:"configs"`
	Name      string            `json:"name"`
	Value     string            `json:"value"`
}

type session struct {
	client  client
	members map[int]member
	next    int
}

func (s *session) run(r request) (any, error) {
	c := s.client
	switch r.Do {
	case "write":
		return nil, c.write(r.Topic, r.Codec, r.MaxBytes, r.Records)
	case "join":
		m, err := c.join(r.Group, r.Topic, r.Reset)
		if err != nil {
			return nil, err
		}
		s.next++
		s.members[s.next] = m
		return s.next, nil
	case "poll":
		got, err := s.members[r.Member].poll(time.Duration(r.Ms) * time.Millisecond)
		if got == nil {
			got = []record{}
		}
		return got, err
	case "leave":
		m := s.members[r.Member]
		delete(s.members, r.Member)
		return nil, m.leave()
	case "commit":
		return nil, c.commit(r.Group, r.Topic, r.Partition, r.Offset, r.Metadata)
	case "committed":
		offset, metadata, err := c.committed(r.Group, r.Topic, r.Partition)
		return []any{offset, metadata}, err
	case "offset":
		return c.offset(r.Topic, r.Partition, r.At)
	case "create":
		return nil, c.create(r.Topic, r.Count, r.Configs)
	case "grow":
		return nil, c.grow(r.Topic, r.Count)
	case "remove":
		return nil, c.remove(r.Topic)
	case "topics":
		return c.topics()
	case "config":
		return c.config(r.Topic, r.Name)
	case "alter":
		return nil, c.alter(r.Topic, r.Name, r.Value)
	case "delete_records":
		return nil, c.deleteRecords(r.Topic, r.Partition, r.Offset)
	case "groups":
		return c.groups()
	case "describe":
		state, members, err := c.describe(r.Group)
		return []any{state, members}, err
	case "remove_group":
		return nil, c.removeGroup(r.Group)
	}
	return nil, fmt.Errorf("no verb %q", r.Do)
}

func main() {
	open := map[string]func(string) (client, error){"franz-go": openFranz, "sarama": openSarama, "kafka-go": openSegmentio, "confluent-kafka-go": openConfluent}
	c, err := open[os.Args[1]](os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer c.close()
	s := session{client: c, members: map[int]member{}}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			panic(err)
		}
		answer := map[string]any{}
		if ok, err := s.run(r); err != nil {
			answer["code"], answer["error"] = code(err), err.Error()
		} else {
			answer["ok"] = ok
		}
		if err := out.Encode(answer); err != nil {
			panic(err)
		}
	}
}
