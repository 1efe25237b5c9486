// SPDX-License-Identifier: MIT
//
// The bad network: shares, blocks and order.
package main

import (
	"testing"
	"time"
)

func networkOf(t *testing.T, text string) *badNetwork {
	t.Helper()
	var state impairment
	if err := decodeStrictly([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	if err := state.check(); err != nil {
		t.Fatal(err)
	}
	network := newBadNetwork()
	network.set(state)
	return network
}

func TestLossTakesItsShareAndDuplicationDoubles(t *testing.T) {
	network := networkOf(t, `{"seed": 7, "out": {"loss": 0.2, "datagram_loss": 0.5, "duplication": 0.5}}`)
	const tries = 20000
	copies := 0
	for i := 0; i < tries; i++ {
		delays, _ := network.outgoing("127.0.0.1")
		copies += len(delays)
	}
	if share := float64(copies) / tries; share < 0.57 || share > 0.63 { // 0.8 * 0.5 * 1.5
		t.Errorf("%.3f copies a packet", share)
	}
}

func TestDelaysAddUp(t *testing.T) {
	network := networkOf(t, `{"out": {"delay_ns": 1000, "reorder": 1, "reorder_by_ns": 20},
		"in": {"jitter_ns": 50}, "slow_ns": 100, "delays": {"127.0.0.2": 3}}`)
	if delays, _ := network.outgoing("127.0.0.2"); len(delays) != 1 || delays[0] != 1023 {
		t.Errorf("out: %v", delays)
	}
	if delays := network.incoming("127.0.0.2"); len(delays) != 1 || delays[0] < 100 || delays[0] > 150 {
		t.Errorf("in: %v", delays)
	}
}

func TestABlockStopsWhatItNames(t *testing.T) {
	network := networkOf(t, `{"blocks": [{"peers": ["127.0.0.2"], "direction": "out", "carries": "datagrams"},
		{"peers": ["127.0.0.3"], "carries": "streams"}]}`)
	sent := func(host string) int {
		delays, _ := network.outgoing(host)
		return len(delays)
	}
	if sent("127.0.0.2") != 0 || len(network.incoming("127.0.0.2")) != 1 || !network.passesStreams("127.0.0.2") {
		t.Error("datagrams out")
	}
	if sent("127.0.0.3") != 1 || network.passesStreams("127.0.0.3") {
		t.Error("streams")
	}
	if networkOf(t, `{"blocks": [{"peers": "all", "direction": "in"}]}`).incoming("127.0.0.9") != nil {
		t.Error("all")
	}
}

func TestDownFailsAtOnce(t *testing.T) {
	network := networkOf(t, `{"down": true}`)
	if _, err := network.outgoing("127.0.0.1"); err == nil {
		t.Error("sent")
	}
	if network.incoming("127.0.0.1") != nil {
		t.Error("received")
	}
}

func TestAnImpairmentThatCannotBeIsRefused(t *testing.T) {
	for _, text := range []string{`{"out": {"los": 1}}`, `{"out": {"loss": 2}}`,
		`{"blocks": [{"direction": "up"}]}`} {
		var state impairment
		if decodeStrictly([]byte(text), &state) == nil && state.check() == nil {
			t.Error(text)
		}
	}
}

func TestTheDelayQueueKeepsTheOrderOfTime(t *testing.T) {
	queue := newDelayQueue()
	defer queue.stop()
	ran := make(chan int, 8)
	for _, delay := range []int{30, 10, 20, 10} {
		delay := delay
		queue.after(time.Duration(delay)*10*time.Millisecond, func() { ran <- delay })
	}
	for _, expected := range []int{10, 10, 20, 30} {
		select {
		case found := <-ran:
			if found != expected {
				t.Fatalf("%d before %d", found, expected)
			}
		case <-time.After(time.Minute):
			t.Fatal("nothing ran")
		}
	}
}
