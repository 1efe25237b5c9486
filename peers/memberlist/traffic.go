// SPDX-License-Identifier: MIT
//
// Messages and bytes by kind, as the lab's records count them.
package main

import "sync/atomic"

type kind int

const (
	ping kind = iota
	pingReq
	ack
	nack
	gossip
	pushPull
	streamPing
	streamAck
	streamUser
	kindCount
)

var kindNames = [kindCount]string{
	"ping", "ping-req", "ack", "nack", "gossip", "push-pull", "stream-ping", "stream-ack", "stream-user",
}

// traffic sums what moved since the start. May be used from anywhere at any time.
type traffic struct {
	sums [kindCount][4]atomic.Uint64 // sent, sent bytes, received, received bytes
}

func (t *traffic) sent(k kind, messages, bytes int) {
	t.sums[k][0].Add(uint64(messages))
	t.sums[k][1].Add(uint64(bytes))
}

func (t *traffic) received(k kind, messages, bytes int) {
	t.sums[k][2].Add(uint64(messages))
	t.sums[k][3].Add(uint64(bytes))
}

// table has the kinds that moved.
func (t *traffic) table() map[string][4]uint64 {
	table := make(map[string][4]uint64)
	for k := range t.sums {
		var row [4]uint64
		for i := range row {
			row[i] = t.sums[k][i].Load()
		}
		if row != [4]uint64{} {
			table[kindNames[k]] = row
		}
	}
	return table
}
