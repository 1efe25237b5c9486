// SPDX-License-Identifier: MIT
//
// memberlist's own transport, watched: counts what moves, looks at what packets say, and puts a bad
// network in between. Streams are in streams.go.
package main

import (
	"container/heap"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

type watchedTransport struct {
	*memberlist.NetTransport
	network *badNetwork
	traffic *traffic
	heard   func(message []byte) // told of each message that a packet brought
	// What is on its way to others, and to this member: a stall holds up the one and not the other.
	delayed  *delayQueue
	arriving *delayQueue
	gate     *gate // closed while the member is stalled
	packets  chan *memberlist.Packet
	streams  chan net.Conn
	stopped  chan struct{}
	closed   chan struct{} // once the sockets are
}

func newWatchedTransport(inner *memberlist.NetTransport, network *badNetwork, moved *traffic,
	heard func(message []byte)) *watchedTransport {
	t := &watchedTransport{
		NetTransport: inner,
		network:      network,
		traffic:      moved,
		heard:        heard,
		delayed:      newDelayQueue(),
		arriving:     newDelayQueue(),
		gate:         network.gate,
		packets:      make(chan *memberlist.Packet),
		streams:      make(chan net.Conn),
		stopped:      make(chan struct{}),
		closed:       make(chan struct{}),
	}
	go t.receivePackets()
	go t.acceptStreams()
	return t
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// WriteTo is a datagram that memberlist sends.
func (t *watchedTransport) WriteTo(packet []byte, address string) (time.Time, error) {
	t.gate.pass(t.stopped)
	delays, err := t.network.outgoing(hostOf(address))
	if err != nil {
		return time.Now(), err
	}
	t.traffic.sent(packetKind(packet), 1, len(packet))
	when := time.Now()
	for _, delay := range delays {
		if delay == 0 {
			when, err = t.NetTransport.WriteTo(packet, address)
			continue
		}
		copied := append([]byte(nil), packet...)
		t.delayed.after(delay, func() { t.NetTransport.WriteTo(copied, address) })
	}
	return when, err
}

// WriteToAddress is how memberlist calls a transport that knows names.
func (t *watchedTransport) WriteToAddress(packet []byte,
	address memberlist.Address) (time.Time, error) {
	return t.WriteTo(packet, address.Addr)
}

func (t *watchedTransport) receivePackets() {
	for {
		select {
		case packet := <-t.NetTransport.PacketCh():
			for _, delay := range t.network.incoming(hostOf(packet.From.String())) {
				if delay == 0 {
					t.deliver(packet)
					continue
				}
				late := *packet
				t.arriving.after(delay, func() {
					late.Timestamp = time.Now()
					t.deliver(&late)
				})
			}
		case <-t.stopped:
			t.discard()
			return
		}
	}
}

// discard takes what comes until the sockets are closed: their readers wait for it to be taken.
func (t *watchedTransport) discard() {
	for {
		select {
		case <-t.NetTransport.PacketCh():
		case <-t.closed:
			return
		}
	}
}

// deliver is a receive: it waits while the member is stalled, and what comes meanwhile in the socket.
func (t *watchedTransport) deliver(packet *memberlist.Packet) {
	t.gate.pass(t.stopped)
	t.traffic.received(packetKind(packet.Buf), 1, len(packet.Buf))
	walkMessages(packet.Buf, func(message []byte) bool {
		t.heard(message)
		return true
	})
	select {
	case t.packets <- packet:
	case <-t.stopped:
	}
}

// PacketCh brings the datagrams that memberlist receives.
func (t *watchedTransport) PacketCh() <-chan *memberlist.Packet {
	return t.packets
}

// Shutdown closes the sockets.
func (t *watchedTransport) Shutdown() error {
	close(t.stopped)
	t.delayed.stop()
	t.arriving.stop()
	defer close(t.closed)
	return t.NetTransport.Shutdown()
}

// delayQueue runs tasks later, one after the other, in order of time and, of one moment, in the order
// in which they came.
type delayQueue struct {
	lock   sync.Mutex
	tasks  taskHeap
	number uint64
	sooner chan struct{} // the first task is another one, or the end has come
	ended  bool
}

type task struct {
	at     time.Time
	number uint64
	run    func()
}

func newDelayQueue() *delayQueue {
	q := &delayQueue{sooner: make(chan struct{}, 1)}
	go q.work()
	return q
}

func (q *delayQueue) after(delay time.Duration, run func()) {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.number++
	heap.Push(&q.tasks, task{time.Now().Add(delay), q.number, run})
	if q.tasks[0].number == q.number {
		q.wake()
	}
}

func (q *delayQueue) stop() {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.ended = true
	q.wake()
}

func (q *delayQueue) wake() {
	select {
	case q.sooner <- struct{}{}:
	default:
	}
}

func (q *delayQueue) work() {
	for {
		due, wait, ended := q.next()
		switch {
		case ended:
			return
		case due != nil:
			due()
		default:
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-q.sooner:
				timer.Stop()
			}
		}
	}
}

// next takes the task that is due, or says how long there is nothing to do.
func (q *delayQueue) next() (due func(), wait time.Duration, ended bool) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if q.ended {
		return nil, 0, true
	}
	if len(q.tasks) == 0 {
		return nil, time.Hour, false
	}
	if wait := time.Until(q.tasks[0].at); wait > 0 {
		return nil, wait, false
	}
	return heap.Pop(&q.tasks).(task).run, 0, false
}

type taskHeap []task

func (h taskHeap) Len() int      { return len(h) }
func (h taskHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h taskHeap) Less(i, j int) bool {
	return h[i].at.Before(h[j].at) || h[i].at.Equal(h[j].at) && h[i].number < h[j].number
}
func (h *taskHeap) Push(x interface{}) { *h = append(*h, x.(task)) }
func (h *taskHeap) Pop() interface{} {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
