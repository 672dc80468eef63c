//go:build cgo

package kafka

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestConfigMap(t *testing.T) {
	m := ConfigMap{"a": 1}
	must(t, m.Set("group.id=g=h"))
	must(t, m.SetKey("{topic}.acks", "all"))
	if m["group.id"] != "g=h" || m[topicDefaults].(ConfigMap)["acks"] != "all" {
		t.Error(m)
	}
	for _, bad := range []string{"", "x", "=x"} {
		wantCode(t, m.Set(bad), ErrInvalidArg)
	}
	for _, c := range []struct {
		key    string
		defval any
		want   any
		fails  bool
	}{{"a", 5, 1, false}, {"a", nil, 1, false}, {"b", 5, 5, false}, {"a", "x", nil, true}, {"{topic}.acks", nil, "all", false}, {"{topic}.x", 3, 3, false}} {
		got, err := m.Get(c.key, c.defval)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s: %v %v", c.key, got, err)
		}
	}
}

func TestConfigValues(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{{"x", "x"}, {true, "true"}, {7, "7"}, {int64(-8), "-8"}, {uint16(9), "9"}, {1.5, "1.5"}, {[]string{"a", "b"}, "a,b"}, {[]int{1, 2}, "1,2"}, {OffsetEnd, "end"}, {3 * time.Second, "3s"}} {
		if got, err := valueText("k", c.value); got != c.want || err != nil {
			t.Errorf("%v: %q %v", c.value, got, err)
		}
	}
	for _, bad := range []any{nil, struct{}{}, map[string]int{}, []any{nil}} {
		if _, err := valueText("k", bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

// What a constructor refuses, with words that help.
func TestConfigMistakes(t *testing.T) {
	for _, c := range []struct {
		conf ConfigMap
		code ErrorCode
		says string
	}{
		{ConfigMap{"bootstrap.server": "x"}, ErrInvalidArg, "bootstrap.servers"},
		{ConfigMap{"acks": "most"}, ErrInvalidArg, "acks"},
		{ConfigMap{"linger.ms": struct{}{}}, ErrInvalidArg, "linger.ms"},
		{ConfigMap{"go.delivery.reports": "yes"}, ErrInvalidArg, "expects type bool"},
		{ConfigMap{"go.events.channel.size": true}, ErrInvalidArg, "expects type int"},
		{ConfigMap{"go.events.channel.size": -1}, ErrInvalidArg, "negative"},
		{ConfigMap{"go.delivery.report": true}, ErrInvalidArg, "go.delivery.reports"},
		{ConfigMap{"go.delivery.report.fields": "key,color"}, ErrInvalidArg, "color"},
		{ConfigMap{"go.logs.channel": 1}, ErrInvalidArg, "go.logs.channel"},
		{ConfigMap{"delivery.report.only.error": true}, ErrUnsupportedFeature, "delivery.report.only.error"},
		{ConfigMap{"default.topic.config": 5}, ErrInvalidArg, "default.topic.config"},
	} {
		_, err := NewProducer(&c.conf)
		wantCode(t, err, c.code)
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %q does not say %q", c.conf, err, c.says)
		}
	}
	_, err := NewConsumer(&ConfigMap{"bootstrap.servers": "127.0.0.1:1"})
	wantCode(t, err, ErrInvalidArg)
	if !strings.Contains(err.Error(), "group.id") {
		t.Error(err)
	}
	_, err = NewConsumer(&ConfigMap{"group.id": "g", "enable.auto.offset.store": "perhaps"})
	wantCode(t, err, ErrInvalidArg)
	_, err = NewAdminClient(&ConfigMap{"bootstrap.serfers": "x"})
	wantCode(t, err, ErrInvalidArg)
}

// What is accepted, and that the map stays as it was.
func TestConfigIsNotTouched(t *testing.T) {
	conf := ConfigMap{
		"bootstrap.servers": "127.0.0.1:1", "group.id": "g", "enable.auto.offset.store": true, "go.events.channel.size": 10,
		"default.topic.config": ConfigMap{"auto.offset.reset": "earliest"}, "{topic}.auto.offset.reset": "latest", "session.timeout.ms": 6000,
	}
	before := fmt.Sprint(conf)
	c, err := NewConsumer(&conf)
	must(t, err)
	must(t, c.Close())
	if after := fmt.Sprint(conf); after != before || !reflect.DeepEqual(conf["enable.auto.offset.store"], true) {
		t.Errorf("%s became %s", before, after)
	}
}
