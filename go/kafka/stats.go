//go:build cgo

package kafka

import (
	"encoding/json"
	"time"
)

// statistics makes a *Stats event every statistics.interval.ms; never when that is 0. It has what this side knows: who the client is,
// its age and how many messages are under way, under librdkafka's names. What belongs to brokers and topics is empty.
type statistics struct {
	every         time.Duration
	started, next time.Time
	name, id      string
	kind          string
}

func (s *statistics) start(conf *settings, kind, name string) {
	s.every = time.Duration(conf.number(0, "statistics.interval.ms")) * time.Millisecond
	s.started = time.Now()
	s.next = s.started.Add(s.every)
	s.kind, s.name, s.id = kind, name, conf.props["client.id"]
	if s.id == "" {
		s.id = "rdkafka"
	}
}

// due is the event, when it is time for one.
func (s *statistics) due(underWay int) *Stats {
	if s.every <= 0 {
		return nil
	}
	now := time.Now()
	if now.Before(s.next) {
		return nil
	}
	s.next = now.Add(s.every)
	age := now.Sub(s.started).Microseconds()
	text, _ := json.Marshal(map[string]any{
		"name": s.name, "client_id": s.id, "type": s.kind, "ts": age, "age": age, "time": now.Unix(), "msg_cnt": underWay,
		"brokers": struct{}{}, "topics": struct{}{},
	}) // of strings and numbers: it cannot fail
	return &Stats{statsJSON: string(text)}
}

// runStats serves a producer's, on Events(). An unread channel misses them.
func (p *Producer) runStats() {
	defer p.routines.Done()
	ticker := time.NewTicker(p.stats.every)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-ticker.C:
		}
		p.mu.Lock()
		if ev := p.stats.due(p.count); ev != nil && p.events != nil && p.unreadLocked() < max(p.eventsMax, 1) {
			p.queueEventsLocked(ev)
		}
		p.mu.Unlock()
	}
}
