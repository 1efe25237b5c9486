// SPDX-License-Identifier: MIT
//
// Packets of real memberlist, byte for byte, and what is read from them.
package main

import (
	"encoding/hex"
	"strings"
	"testing"
)

const (
	pingHex = "0085a44e6f6465a162a55365714e6f2aaa536f7572636541646472a47f000001aa536f757263654e6f6465" +
		"a161aa536f75726365506f7274cd1f0a"
	suspectHex    = "0383a446726f6da161ab496e6361726e6174696f6e01a44e6f6465a162"
	compoundHex   = "0702003b001d" + pingHex + suspectHex
	compressedHex = "0982a4416c676f00a3427566da005d000f0800b0034007008548397943a64c2831a5a69489b35085a" +
		"a296feac81953260819327248fd010020c0c58c1bcb2c6c182acc498d1ca1bc9143a7d907050306913222e74" +
		"d9b96ab92b81913468e9b3074d2bc711340214387620202"
	aliveHex = "0c889ea0300486a441646472a47f000001ab496e6361726e6174696f6e01a44d657461c0a44e6f6465a16" +
		"2a4506f7274cd1f0aa356736ea6010502020505"
)

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	bytes, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestAPacketCountsAsWhatItCarriesFirst(t *testing.T) {
	for text, expected := range map[string]kind{
		pingHex:                      ping,
		compoundHex:                  ping,
		compressedHex:                ping,
		suspectHex:                   gossip,
		aliveHex:                     gossip,
		"0282a75061796c6f6164c0a553": ack,
		"0b81a55365714e6f2b":         nack,
		"0184a44e61636bc3":           pingReq,
		"":                           gossip,
		"07":                         gossip,
		"0702":                       gossip,
		"0701ffff":                   gossip,
		"09":                         gossip,
	} {
		if found := packetKind(bytesOf(t, text)); found != expected {
			t.Errorf("%s counts as %s, not %s", text, kindNames[found], kindNames[expected])
		}
	}
}

func TestRumoursAreReadThroughEveryWrapping(t *testing.T) {
	for text, expected := range map[string]rumour{
		suspectHex:    {"b", "a", 1},
		compoundHex:   {"b", "a", 1},
		compressedHex: {"b", "a", 1},
		aliveHex:      {"b", "", 1},
	} {
		found := rumour{}
		walkMessages(bytesOf(t, text), func(message []byte) bool {
			if message[0] != pingMessage {
				found, _ = decodeRumour(message)
			}
			return true
		})
		if found != expected {
			t.Errorf("%s says %v, not %v", text, found, expected)
		}
	}
}

// A compound in a compound in a compound, without end.
func TestNestingEnds(t *testing.T) {
	packet := []byte{pingMessage}
	for i := 0; i < 100; i++ {
		packet = append([]byte{compoundMessage, 1, byte(len(packet) >> 8), byte(len(packet))}, packet...)
	}
	if found := packetKind(packet); found != gossip {
		t.Errorf("counts as %s", kindNames[found])
	}
}

func TestAStreamIsKnownByItsFirstBytes(t *testing.T) {
	whole := bytesOf(t, compressedHex)
	for size := range whole {
		messageType, known := streamType(whole[:size])
		if known && messageType != compoundMessage || size > 20 && !known {
			t.Errorf("%d bytes: %v, %v", size, messageType, known)
		}
	}
	if messageType, known := streamType([]byte{pushPullMessage}); !known || messageType != pushPullMessage {
		t.Errorf("plain: %v, %v", messageType, known)
	}
}

func TestALogLineTellsWhyAPacketWasRejected(t *testing.T) {
	log := newTable("a", newLineWriter(&strings.Builder{}))
	for _, line := range []string{
		"[WARN] memberlist: Got invalid checksum for UDP packet: 1, 2\n",
		"[ERR] memberlist: msg type (244) not supported from=127.0.0.1:1\n",
		"[DEBUG] memberlist: Failed ping: b (timeout reached)\n",
	} {
		if _, err := log.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if log.counts.rejected.Load() != 2 || log.counts.probesIndirect.Load() != 1 {
		t.Errorf("%d rejected, %d indirect", log.counts.rejected.Load(), log.counts.probesIndirect.Load())
	}
}
