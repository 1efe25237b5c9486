// SPDX-License-Identifier: MIT
package main

import (
	"testing"
	"time"
)

func TestDatagramsWaitInMemoryUntilTheQueueIsFull(t *testing.T) {
	network, err := newMemoryNetwork(2)
	if err != nil {
		t.Fatal(err)
	}
	sender, receiver := network[memoryAddress(0)], network[memoryAddress(1)]
	for i := 0; i < memoryQueue+10; i++ { // nobody reads: none of them may block
		if _, err := sender.WriteTo([]byte{byte(i)}, memoryAddress(1)); err != nil {
			t.Fatal(err)
		}
	}
	if waiting := len(receiver.PacketCh()); waiting != memoryQueue {
		t.Fatalf("%d datagrams wait, not %d", waiting, memoryQueue)
	}
	first := <-receiver.PacketCh()
	if first.Buf[0] != 0 || first.From.String() != memoryAddress(0) {
		t.Fatalf("%v came first, from %v", first.Buf, first.From)
	}
	if _, err := sender.WriteTo([]byte{1}, memoryAddress(2)); err == nil {
		t.Fatal("nobody is there, and nobody said so")
	}
}

func TestStreamsInMemoryCarryBytesBothWays(t *testing.T) {
	network, err := newMemoryNetwork(2)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		conn := <-network[memoryAddress(1)].StreamCh()
		buffer := make([]byte, 4)
		n, _ := conn.Read(buffer)
		conn.Write(append(buffer[:n], '!'))
	}()
	conn, err := network[memoryAddress(0)].DialTimeout(memoryAddress(1), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 8)
	conn.Write([]byte("hm"))
	if n, _ := conn.Read(buffer); string(buffer[:n]) != "hm!" {
		t.Fatalf("the answer is %q", buffer[:n])
	}
	if _, err := network[memoryAddress(1)].DialTimeout(memoryAddress(0), time.Millisecond); err == nil {
		t.Fatal("nobody accepts, and dialling succeeded")
	}
}

func TestAnInMemoryNetworkHasAsManyMembersAsPorts(t *testing.T) {
	if _, err := newMemoryNetwork(maxInMemory + 1); err == nil {
		t.Fatal("a member without a port memberlist can read")
	}
}
