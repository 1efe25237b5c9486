// SPDX-License-Identifier: MIT
//
// The gate of a stall: who waits, and who does not.
package main

import (
	"testing"
	"time"
)

func TestAStallHoldsWhoComesUntilItEnds(t *testing.T) {
	network := newBadNetwork()
	ended := make(chan struct{})
	network.gate.pass(ended) // nobody waits at first
	network.set(impairment{Stalled: true})
	passed := make(chan int, 2)
	for i := 0; i < 2; i++ {
		go func(i int) {
			network.gate.pass(ended)
			passed <- i
		}(i)
	}
	select {
	case <-passed:
		t.Fatal("one passed")
	case <-time.After(50 * time.Millisecond):
	}
	network.set(impairment{Stalled: true}) // told again, it still is the same stall
	network.set(impairment{})
	for i := 0; i < 2; i++ {
		select {
		case <-passed:
		case <-time.After(time.Minute):
			t.Fatal("it still waits")
		}
	}
}

func TestAMemberThatEndsIsHeldByNoStall(t *testing.T) {
	network := newBadNetwork()
	network.set(impairment{Stalled: true})
	ended := make(chan struct{})
	close(ended)
	network.gate.pass(ended)
}
