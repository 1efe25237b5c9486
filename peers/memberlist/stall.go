// SPDX-License-Identifier: MIT
//
// A stall: Lifeguard's slow member. Whichever of memberlist's goroutines wants to send blocks right
// before it does, and whichever has received blocks right after; what does neither runs on.
//
// memberlist itself knows nothing of it. Its probe loop, gossip loop and push/pull loop come to
// WriteTo and DialTimeout, and to a stream's Read and Write; its packetListen and streamListen wait
// for what these gates let through. Timers of suspicions, which only queue, never come here.
package main

import "sync"

// gate lets everybody through while it is open.
type gate struct {
	lock sync.Mutex
	open chan struct{} // closed while the gate is open
}

func newGate() *gate {
	g := &gate{open: make(chan struct{})}
	close(g.open)
	return g
}

// set closes the gate, or opens it to all who wait.
func (g *gate) set(stalled bool) {
	g.lock.Lock()
	defer g.lock.Unlock()
	select {
	case <-g.open:
		if stalled {
			g.open = make(chan struct{})
		}
	default:
		if !stalled {
			close(g.open)
		}
	}
}

// pass returns once the gate is open, or when the member ends.
func (g *gate) pass(ended <-chan struct{}) {
	g.lock.Lock()
	open := g.open
	g.lock.Unlock()
	select {
	case <-open:
	case <-ended:
	}
}
