// SPDX-License-Identifier: MIT
//
// Streams of the watched transport: counted, and late as TCP would be over the bad network.
//
// Who opens a stream plays both of its ends: it waits for what the other one suffers too, as
// swim-agent does. Nothing is missing from a stream, everything is later.
package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"time"

	"github.com/hashicorp/memberlist"
)

// Bytes of a stream that a segment carries, with Ethernet's 1500 and time stamps.
const segmentSize = 1448

// Linux's waits before it sends again, each twice the one before.
const (
	synRetransmission     = time.Second
	synRetries            = 6
	segmentRetransmission = 200 * time.Millisecond
	segmentRetries        = 15
)

func eitherOf(a, b float64) float64 {
	return 1 - (1-a)*(1-b)
}

// Below, `there` is from who opened the stream.

func (n *badNetwork) segmentLoss(host string, there bool) float64 {
	theirs := n.state.peerAt(host)
	if there {
		return eitherOf(n.state.Out.Loss, theirs.In.Loss)
	}
	return eitherOf(theirs.Out.Loss, n.state.In.Loss)
}

func (n *badNetwork) segmentDelay(host string, there bool) time.Duration {
	from, to := n.state.Out, n.state.peerAt(host).In
	if !there {
		from, to = n.state.peerAt(host).Out, n.state.In
	}
	return time.Duration(n.state.Delays[host]+from.DelayNs+to.DelayNs) +
		n.uniform(from.JitterNs) + n.uniform(to.JitterNs)
}

func (n *badNetwork) isStreamBlocked(host string) bool {
	return n.state.Down || n.state.peerAt(host).Down ||
		n.state.blocks(host, "out", streams) || n.state.blocks(host, "in", streams)
}

// connects draws whether a try to open a stream comes through, and how late it then is.
func (n *badNetwork) connects(host string) (bool, time.Duration) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.isStreamBlocked(host) || n.draws(n.segmentLoss(host, true)) ||
		n.draws(n.segmentLoss(host, false)) {
		return false, 0
	}
	return true, n.segmentDelay(host, true) + n.segmentDelay(host, false)
}

// messageDelay is how late a message of a stream is whole and handled: its segments leave together,
// and the last of them counts.
func (n *badNetwork) messageDelay(host string, size int, there bool) time.Duration {
	n.lock.Lock()
	defer n.lock.Unlock()
	loss := n.segmentLoss(host, there)
	longest := time.Duration(0)
	for sent := 0; sent < size; sent += segmentSize {
		waited := time.Duration(0)
		for i := 0; i < segmentRetries && n.draws(loss); i++ {
			waited += segmentRetransmission << i
		}
		if waited > longest {
			longest = waited
		}
	}
	slow := n.state.SlowNs
	if there {
		slow = n.state.peerAt(host).SlowNs
	}
	return longest + n.segmentDelay(host, there) + time.Duration(slow)
}

// impairsStreams tells whether an answer from the host is not to be handed over as it comes.
func (n *badNetwork) impairsStreams(host string) bool {
	n.lock.Lock()
	defer n.lock.Unlock()
	in, out := n.state.In, n.state.peerAt(host).Out
	return n.isStreamBlocked(host) || in.Loss+out.Loss > 0 || n.state.SlowNs > 0 ||
		n.state.Delays[host]+in.DelayNs+out.DelayNs+in.JitterNs+out.JitterNs > 0
}

func (n *badNetwork) passesStreams(host string) bool {
	n.lock.Lock()
	defer n.lock.Unlock()
	return !n.isStreamBlocked(host)
}

func (n *badNetwork) isDown() bool {
	n.lock.Lock()
	defer n.lock.Unlock()
	return n.state.Down
}

// DialTimeout opens a stream to a member.
func (t *watchedTransport) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	t.gate.pass(t.stopped)
	host := hostOf(address)
	deadline := time.Now().Add(timeout)
	fail := func(err error) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	if t.network.isDown() {
		return fail(errUnplugged)
	}
	for attempt := 0; attempt <= synRetries; attempt++ {
		through, delay := t.network.connects(host)
		if !through {
			delay = synRetransmission << attempt
		}
		if !sleepUntil(deadline, delay) {
			break
		}
		if through {
			inner, err := t.NetTransport.DialTimeout(address, time.Until(deadline))
			if err != nil {
				return nil, err
			}
			watched := watchedStream{Conn: inner, traffic: t.traffic, transport: t}
			return &openedStream{watched, t.network, host, deadline, nil}, nil
		}
	}
	return fail(os.ErrDeadlineExceeded)
}

// DialAddressTimeout is how memberlist calls a transport that knows names.
func (t *watchedTransport) DialAddressTimeout(address memberlist.Address,
	timeout time.Duration) (net.Conn, error) {
	return t.DialTimeout(address.Addr, timeout)
}

// StreamCh brings the streams that others open.
func (t *watchedTransport) StreamCh() <-chan net.Conn {
	return t.streams
}

func (t *watchedTransport) acceptStreams() {
	for {
		select {
		case inner := <-t.NetTransport.StreamCh():
			t.gate.pass(t.stopped)
			if t.network.isDown() {
				inner.Close()
				continue
			}
			select {
			case t.streams <- &acceptedStream{
				watchedStream{Conn: inner, traffic: t.traffic, transport: t}, nil}:
			case <-t.stopped:
				inner.Close()
				return
			}
		case <-t.stopped:
			return
		}
	}
}

// sleepUntil waits so long, but no longer than to the deadline. It tells whether the deadline is yet
// to come.
func sleepUntil(deadline time.Time, delay time.Duration) bool {
	if left := time.Until(deadline); delay > left {
		time.Sleep(left)
		return false
	}
	time.Sleep(delay)
	return true
}

// watchedStream counts a stream, on which memberlist sends one message each way.
type watchedStream struct {
	net.Conn
	transport   *watchedTransport
	traffic     *traffic
	messageType byte // of the message that opened the exchange, once it is known
	known       bool
	hasSent     bool
	hasReceived bool
}

func (s *watchedStream) requestKind() kind {
	switch s.messageType {
	case pingMessage:
		return streamPing
	case userMessage:
		return streamUser
	}
	return pushPull
}

func (s *watchedStream) answerKind() kind {
	if s.requestKind() == streamPing {
		return streamAck
	}
	return s.requestKind()
}

func (s *watchedStream) countSent(k kind, bytes int) {
	s.traffic.sent(k, first(&s.hasSent), bytes)
}

func (s *watchedStream) countReceived(k kind, bytes int) {
	s.traffic.received(k, first(&s.hasReceived), bytes)
}

// first is 1 once.
func first(done *bool) int {
	if *done {
		return 0
	}
	*done = true
	return 1
}

// read reads, and blocks right after while the member is stalled.
func (s *watchedStream) read(into []byte) (int, error) {
	size, err := s.Conn.Read(into)
	if size > 0 {
		s.transport.gate.pass(s.transport.stopped)
	}
	return size, err
}

// write blocks right before it writes while the member is stalled.
func (s *watchedStream) write(message []byte) (int, error) {
	s.transport.gate.pass(s.transport.stopped)
	return s.Conn.Write(message)
}

// acceptedStream is one that somebody else opened.
type acceptedStream struct {
	watchedStream
	start []byte // what came before the message's type was known
}

func (s *acceptedStream) Read(into []byte) (int, error) {
	size, err := s.read(into)
	if size == 0 {
		return size, err
	}
	if s.known {
		s.countReceived(s.requestKind(), size)
		return size, err
	}
	s.start = append(s.start, into[:size]...)
	if s.messageType, s.known = streamType(s.start); s.known {
		s.countReceived(s.requestKind(), len(s.start))
		s.start = nil
	}
	return size, err
}

func (s *acceptedStream) Write(message []byte) (int, error) {
	size, err := s.write(message)
	if size > 0 {
		s.countSent(s.answerKind(), size)
	}
	return size, err
}

// openedStream is one of ours.
type openedStream struct {
	watchedStream
	network  *badNetwork
	host     string
	deadline time.Time
	answer   *bytes.Reader // the whole of it, where the network is bad
}

func (s *openedStream) SetDeadline(deadline time.Time) error {
	s.deadline = deadline
	return s.Conn.SetDeadline(deadline)
}

// Write hands over memberlist's message, which it writes at once, when it would have come through.
func (s *openedStream) Write(message []byte) (int, error) {
	if !s.known {
		s.messageType, s.known = streamType(message)
	}
	if !sleepUntil(s.deadline, s.network.messageDelay(s.host, len(message), true)) {
		return len(message), nil // still on its way when the reader gives up
	}
	size, err := s.write(message)
	if size > 0 {
		s.countSent(s.requestKind(), size)
	}
	return size, err
}

func (s *openedStream) Read(into []byte) (int, error) {
	if s.answer == nil && s.network.impairsStreams(s.host) {
		if err := s.awaitAnswer(); err != nil {
			return 0, err
		}
	}
	if s.answer != nil {
		return s.answer.Read(into)
	}
	size, err := s.read(into)
	if size > 0 {
		s.countReceived(s.answerKind(), size)
	}
	return size, err
}

// awaitAnswer reads all that the other end says, which closes the stream then, and waits as long as
// it would have taken.
func (s *openedStream) awaitAnswer() error {
	whole, err := io.ReadAll(s.Conn)
	s.transport.gate.pass(s.transport.stopped)
	if err != nil {
		return err
	}
	delay := s.network.messageDelay(s.host, len(whole), false)
	for attempt := 0; attempt <= segmentRetries; attempt++ {
		if !sleepUntil(s.deadline, delay) {
			break
		}
		if s.network.passesStreams(s.host) {
			if len(whole) > 0 {
				s.countReceived(s.answerKind(), len(whole))
			}
			s.answer = bytes.NewReader(whole)
			return nil
		}
		delay = segmentRetransmission << attempt
	}
	return &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
}
