// SPDX-License-Identifier: MIT
//
// One member: memberlist with all that surrounds it, and the commands that it obeys.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

type member struct {
	list    *memberlist.Memberlist
	lines   *lineWriter
	table   *table
	traffic *traffic
	network *badNetwork
	meta    *metadata
	sockets *overflowMeter
}

func logToStderr(line string) {
	fmt.Fprintf(os.Stderr, "memberlist: %s\n", line)
}

// startMember listens, and says so. It joins nobody yet.
func startMember(o options, config parameters, lines *lineWriter) (*member, error) {
	if err := checkNodeRecord(); err != nil {
		return nil, err
	}
	host, port, err := splitBind(o.bind)
	if err != nil {
		return nil, err
	}
	m := &member{
		lines:   lines,
		table:   newTable(o.name, lines),
		traffic: &traffic{},
		network: newBadNetwork(),
		meta:    &metadata{},
		sockets: &overflowMeter{host: host, port: port},
	}
	logger := log.New(m.table, "", 0)
	inner, err := memberlist.NewNetTransport(&memberlist.NetTransportConfig{
		BindAddrs: []string{host}, BindPort: port, Logger: logger})
	if err != nil {
		return nil, fmt.Errorf("--bind %s: %v", o.bind, err)
	}
	lines.write(started{"started", now(), o.name, net.JoinHostPort(host, strconv.Itoa(port))})

	c := memberlist.DefaultLANConfig()
	config.apply(c)
	c.Name = o.name
	c.BindAddr = host
	c.BindPort = port
	c.AdvertisePort = port
	c.Logger = logger
	c.Transport = newWatchedTransport(inner, m.network, m.traffic, m.table.heard)
	c.Events = m.table
	c.Conflict = m.table
	c.Delegate = m.meta
	// What Serf advertises: members of other versions would refuse each other's push/pull.
	c.DelegateProtocolMin, c.DelegateProtocolMax, c.DelegateProtocolVersion = 2, 5, 5
	if m.list, err = memberlist.Create(c); err != nil {
		return nil, err
	}
	return m, nil
}

type started struct {
	Event string `json:"event"`
	stamp
	Name    string `json:"name"`
	Address string `json:"address"`
}

type joinResult struct {
	Event string `json:"event"`
	stamp
	Contacted int      `json:"contacted"`
	Errors    []string `json:"errors"`
}

// join contacts these members one after the other; without any there is nothing to say.
func (m *member) join(seeds []string) {
	if len(seeds) == 0 {
		return
	}
	result := joinResult{Event: "join", Errors: []string{}}
	contacted, err := m.list.Join(seeds)
	result.Contacted = contacted
	if err != nil {
		result.Errors = append(result.Errors, err.Error())
	}
	result.stamp = now()
	m.lines.write(result)
}

type trafficReport struct {
	Event string `json:"event"`
	stamp
	Kinds map[string][4]uint64 `json:"kinds"`
}

type countersReport struct {
	Event string `json:"event"`
	stamp
	Counters    map[string]uint64 `json:"counters"`
	Incarnation uint32            `json:"incarnation"`
	Health      int               `json:"health"`
}

// report tells what moved and what was counted since the start.
func (m *member) report() {
	kinds := m.traffic.table()
	at := now()
	m.lines.write(trafficReport{"traffic", at, kinds})
	counts := &m.table.counts
	m.lines.write(countersReport{"counters", at, map[string]uint64{
		// A ping goes out for each probe, and for each ping-req that came.
		"probes":                kinds["ping"][0] - kinds["ping-req"][2],
		"probes_failed":         counts.probesFailed.Load(),
		"probes_indirect":       counts.probesIndirect.Load(),
		"nacks_received":        counts.nacks.Load(),
		"stream_pings_answered": counts.streamPings.Load(),
		"refutations":           counts.refutations.Load(),
		"rejected":              counts.rejected.Load(),
		"socket_overflows":      m.sockets.count(),
	}, m.table.ownIncarnation(), m.list.GetHealthScore()})
}

type stopped struct {
	Event string `json:"event"`
	stamp
	Reason string `json:"reason"`
}

// end leaves within the time, if there is any, and stops.
func (m *member) end(timeout time.Duration) error {
	reason := "terminated"
	if timeout > 0 {
		reason = "left"
		if err := m.list.Leave(timeout); err != nil {
			logToStderr(err.Error())
		}
	}
	m.list.Shutdown()
	m.report()
	m.lines.write(stopped{"stopped", now(), reason})
	return nil
}

// request is a command. Each command reads its own part of it.
type request struct {
	ID         json.RawMessage `json:"id"`
	Command    string          `json:"command"`
	Timeout    string          `json:"timeout"`
	Addresses  []string        `json:"addresses"`
	Meta       payload         `json:"meta"`
	Impairment impairment      `json:"impairment"`
}

// payload is bytes: text, or {"hex": "00ff"}.
type payload []byte

func (p *payload) UnmarshalJSON(text []byte) error {
	var plain string
	if json.Unmarshal(text, &plain) == nil {
		*p = payload(plain)
		return nil
	}
	var bytes struct {
		Hex string `json:"hex"`
	}
	err := json.Unmarshal(text, &bytes)
	if err == nil {
		*p, err = hex.DecodeString(bytes.Hex)
	}
	return err
}

type answer struct {
	Event string          `json:"event"`
	ID    json.RawMessage `json:"id,omitempty"`
	OK    bool            `json:"ok"`
	Error string          `json:"error,omitempty"`
}

const leaveTimeout = 5 * time.Second

// perform obeys a line. It tells whether the member is to leave, and within which time.
func (m *member) perform(line string) (leaving bool, timeout time.Duration) {
	var r request
	err := decodeStrictly([]byte(line), &r)
	if err == nil {
		leaving, timeout, err = m.performRequest(r)
	}
	reply := answer{Event: "answer", ID: r.ID, OK: err == nil}
	if err != nil {
		reply.Error = err.Error()
	}
	m.lines.write(reply)
	return leaving, timeout
}

func (m *member) performRequest(r request) (leaving bool, timeout time.Duration, err error) {
	switch r.Command {
	case "leave":
		timeout = leaveTimeout
		if r.Timeout != "" {
			timeout, err = time.ParseDuration(r.Timeout)
		}
		if err == nil && timeout <= 0 {
			err = errors.New("timeout: must be longer than 0")
		}
		return err == nil, timeout, err
	case "join":
		if len(r.Addresses) == 0 {
			return false, 0, errors.New("addresses: must name members to join")
		}
		go m.join(r.Addresses)
	case "update":
		if len(r.Meta) > memberlist.MetaMaxSize {
			return false, 0, fmt.Errorf("meta: must be %d bytes at most", memberlist.MetaMaxSize)
		}
		m.meta.set(r.Meta)
		go m.list.UpdateNode(0)
	case "impair":
		if err := r.Impairment.check(); err != nil {
			return false, 0, err
		}
		m.network.set(r.Impairment)
	default:
		return false, 0, fmt.Errorf("there is no command '%s'; there are impair, join, leave, update",
			r.Command)
	}
	return false, 0, nil
}

// readCommands brings the lines until the end of the file.
func readCommands(from io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(from)
		scanner.Buffer(nil, 16<<20) // an impairment of a thousand peers is long
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	return lines
}

// metadata is this member's, as memberlist's delegate.
type metadata struct {
	lock  sync.Mutex
	bytes []byte
}

func (d *metadata) set(bytes []byte) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.bytes = bytes
}

// NodeMeta is called by memberlist when it announces itself.
func (d *metadata) NodeMeta(limit int) []byte {
	d.lock.Lock()
	defer d.lock.Unlock()
	return d.bytes
}

// NotifyMsg and the rest of the delegate are for user messages, which the lab does not send.
func (d *metadata) NotifyMsg([]byte) {}

// GetBroadcasts has nothing to say.
func (d *metadata) GetBroadcasts(overhead, limit int) [][]byte { return nil }

// LocalState has nothing to say.
func (d *metadata) LocalState(join bool) []byte { return nil }

// MergeRemoteState is not interested.
func (d *metadata) MergeRemoteState(buf []byte, join bool) {}
