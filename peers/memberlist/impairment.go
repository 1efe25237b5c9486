// SPDX-License-Identifier: MIT
//
// What a bad network does to this member, as the lab's command impair says it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"net"
	"sync"
	"time"
)

// pathImpairment is about what goes one way. Shares are from 0 to 1; each packet draws for itself.
type pathImpairment struct {
	Loss         float64 `json:"loss"`          // of datagrams, and of the segments of streams
	DatagramLoss float64 `json:"datagram_loss"` // of datagrams, besides
	DelayNs      int64   `json:"delay_ns"`
	JitterNs     int64   `json:"jitter_ns"`   // delay besides, uniform from 0 to this
	Duplication  float64 `json:"duplication"` // of datagrams, which arrive twice
	Reorder      float64 `json:"reorder"`     // of datagrams, which are held back by ReorderByNs
	ReorderByNs  int64   `json:"reorder_by_ns"`
}

// endImpairment is what happens at one end of a path.
type endImpairment struct {
	Out    pathImpairment `json:"out"` // what this end sends
	In     pathImpairment `json:"in"`  // what it receives
	SlowNs int64          `json:"slow_ns"`
	Down   bool           `json:"down"` // sending fails at once, nothing comes
}

// block stops what passes between this member and some peers.
type block struct {
	Peers     blockPeers `json:"peers"`
	Direction string     `json:"direction"` // in, out, both
	Carries   string     `json:"carries"`   // all, datagrams, streams
}

// blockPeers are IP addresses; nil are all.
type blockPeers []string

func (p *blockPeers) UnmarshalJSON(text []byte) error {
	*p = nil
	if string(text) == `"all"` {
		return nil
	}
	return json.Unmarshal(text, (*[]string)(p))
}

type impairment struct {
	Seed uint64 `json:"seed"`
	endImpairment
	Stalled bool             `json:"stalled"` // see stall.go
	Blocks  []block          `json:"blocks"`
	Delays  map[string]int64 `json:"delays"` // ns of the paths to these addresses, and of those back
	// What happens at the other ends of streams; "*" is that of addresses not named.
	Peers map[string]endImpairment `json:"peers"`
}

const everyPeer = "*"

// carrier is what a block stops.
type carrier string

const (
	datagrams carrier = "datagrams"
	streams   carrier = "streams"
)

func (i *impairment) check() error {
	words := func(word string, allowed ...string) bool {
		for _, each := range allowed {
			if word == each {
				return true
			}
		}
		return word == ""
	}
	for n, b := range i.Blocks {
		if !words(b.Direction, "in", "out", "both") || !words(b.Carries, "all", "datagrams", "streams") {
			return fmt.Errorf("impairment.blocks[%d]: direction must be in, out or both, "+
				"carries all, datagrams or streams", n)
		}
	}
	for _, share := range []float64{i.Out.Loss, i.Out.DatagramLoss, i.Out.Duplication, i.Out.Reorder,
		i.In.Loss, i.In.DatagramLoss, i.In.Duplication, i.In.Reorder} {
		if share < 0 || share > 1 {
			return errors.New("impairment: a share must be a number from 0 to 1")
		}
	}
	return nil
}

func (i *impairment) peerAt(host string) endImpairment {
	if peer, found := i.Peers[host]; found {
		return peer
	}
	return i.Peers[everyPeer]
}

// blocks tells whether nothing so carried passes that way, `in` or `out`, between us and the host.
func (i *impairment) blocks(host string, way string, what carrier) bool {
	for _, b := range i.Blocks {
		if (b.Direction == way || b.Direction == "both" || b.Direction == "") &&
			(b.Carries == string(what) || b.Carries == "all" || b.Carries == "") &&
			b.Peers.concerns(host) {
			return true
		}
	}
	return false
}

func (p blockPeers) concerns(host string) bool {
	if p == nil {
		return true
	}
	for _, peer := range p {
		if peer == host {
			return true
		}
	}
	return false
}

// badNetwork performs an impairment, which may be replaced at any time. What is on its way stays so.
type badNetwork struct {
	lock  sync.Mutex
	state impairment
	rng   *rand.Rand
	gate  *gate
}

// newBadNetwork makes one that is perfect at first.
func newBadNetwork() *badNetwork {
	return &badNetwork{rng: rand.New(rand.NewSource(0)), gate: newGate()}
}

func (n *badNetwork) set(state impairment) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if state.Seed != n.state.Seed {
		n.rng = rand.New(rand.NewSource(int64(state.Seed)))
	}
	n.state = state
	n.gate.set(state.Stalled)
}

func (n *badNetwork) draws(share float64) bool {
	return share > 0 && n.rng.Float64() < share
}

func (n *badNetwork) uniform(most int64) time.Duration {
	if most <= 0 {
		return 0
	}
	return time.Duration(n.rng.Int63n(most + 1))
}

// copies says how late each copy of a datagram comes through; none: it is lost.
func (n *badNetwork) copies(path pathImpairment, base time.Duration) []time.Duration {
	delays := make([]time.Duration, 0, 2)
	count := 1
	if n.draws(path.Duplication) {
		count = 2
	}
	for ; count > 0; count-- {
		if n.draws(path.Loss) || n.draws(path.DatagramLoss) {
			continue
		}
		delay := base + time.Duration(path.DelayNs) + n.uniform(path.JitterNs)
		if n.draws(path.Reorder) {
			delay += time.Duration(path.ReorderByNs)
		}
		delays = append(delays, delay)
	}
	return delays
}

var errUnplugged = errors.New("network is unreachable: disconnected by the lab")

// outgoing says how late each copy of a datagram to the host leaves.
func (n *badNetwork) outgoing(host string) ([]time.Duration, error) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.state.Down {
		return nil, &net.OpError{Op: "write", Net: "udp", Err: errUnplugged}
	}
	if n.state.blocks(host, "out", datagrams) {
		return nil, nil
	}
	return n.copies(n.state.Out, time.Duration(n.state.Delays[host])), nil
}

// incoming says how late each copy of a datagram from the host is handled.
func (n *badNetwork) incoming(host string) []time.Duration {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.state.Down || n.state.blocks(host, "in", datagrams) {
		return nil
	}
	return n.copies(n.state.In, time.Duration(n.state.SlowNs))
}
