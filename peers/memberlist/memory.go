// SPDX-License-Identifier: MIT
//
// A network in memory, for many members in one process.
//
// memberlist has one itself (MockNetwork), but its channels hold nothing: whoever sends waits for
// the receiver to read, and two members that send each other an ack at one moment wait for ever. A
// thousand members that join come to a halt so. Here a datagram waits in the receiver's queue, or
// is lost where that is full, as with a socket.
package main

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/hashicorp/memberlist"
)

const (
	memoryQueue = 1024
	// A member's port is its place in the network, and memberlist reads ports as 16 bits with a sign.
	maxInMemory = 32767
)

// memoryNetwork is the members by address. All are in it before the first one sends.
type memoryNetwork map[string]*memoryTransport

type memoryTransport struct {
	network memoryNetwork
	address *net.UDPAddr
	packets chan *memberlist.Packet
	streams chan net.Conn
}

// newMemoryNetwork has members at 127.0.0.1, from port 1 on.
func newMemoryNetwork(members int) (memoryNetwork, error) {
	if members > maxInMemory {
		return nil, fmt.Errorf("--count %d: with --in-memory at most %d", members, maxInMemory)
	}
	network := make(memoryNetwork, members)
	for i := 0; i < members; i++ {
		network[memoryAddress(i)] = &memoryTransport{
			network: network,
			address: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: i + 1},
			packets: make(chan *memberlist.Packet, memoryQueue),
			streams: make(chan net.Conn),
		}
	}
	return network, nil
}

func memoryAddress(member int) string {
	return "127.0.0.1:" + strconv.Itoa(member+1)
}

func (t *memoryTransport) FinalAdvertiseAddr(string, int) (net.IP, int, error) {
	return t.address.IP, t.address.Port, nil
}

func (t *memoryTransport) WriteTo(b []byte, address string) (time.Time, error) {
	to, ok := t.network[address]
	if !ok {
		return time.Time{}, fmt.Errorf("nobody is at %s", address)
	}
	now := time.Now()
	select {
	case to.packets <- &memberlist.Packet{Buf: b, From: t.address, Timestamp: now}:
	default:
	}
	return now, nil
}

func (t *memoryTransport) PacketCh() <-chan *memberlist.Packet {
	return t.packets
}

func (t *memoryTransport) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	to, ok := t.network[address]
	if !ok {
		return nil, fmt.Errorf("nobody is at %s", address)
	}
	ours, theirs := net.Pipe()
	select {
	case to.streams <- theirs:
		return ours, nil
	case <-time.After(timeout):
		return nil, fmt.Errorf("%s accepts no stream", address)
	}
}

func (t *memoryTransport) StreamCh() <-chan net.Conn {
	return t.streams
}

func (t *memoryTransport) Shutdown() error {
	return nil
}
