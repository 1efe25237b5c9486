// SPDX-License-Identifier: MIT
//
// memberlist's packets as far as the lab looks into them: what they are counted as, and what they
// say about members.
package main

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"io"

	"github.com/hashicorp/go-msgpack/codec"
)

// Message types, the first byte of a message.
const (
	pingMessage         = 0
	indirectPingMessage = 1
	ackMessage          = 2
	suspectMessage      = 3
	aliveMessage        = 4
	deadMessage         = 5
	pushPullMessage     = 6
	compoundMessage     = 7
	userMessage         = 8
	compressMessage     = 9
	nackMessage         = 11
	crcMessage          = 12
)

const (
	crcSize    = 4
	maxNesting = 4
	// Of a compressed packet; memberlist's own are no longer than the UDP buffer before.
	maxPlainSize = 65536
)

// walkMessages calls visit with the messages of a packet in order, until it returns false. What is
// wrapped is looked into; what cannot be read is passed over. This member never encrypts.
func walkMessages(packet []byte, visit func(message []byte) bool) {
	if len(packet) > 1+crcSize && packet[0] == crcMessage {
		packet = packet[1+crcSize:]
	}
	walkNested(packet, maxNesting, visit)
}

func walkNested(message []byte, depth int, visit func(message []byte) bool) bool {
	if len(message) == 0 || depth == 0 {
		return true
	}
	switch message[0] {
	case compoundMessage:
		return walkCompound(message[1:], depth, visit)
	case compressMessage:
		return walkNested(decompress(message, maxPlainSize), depth-1, visit)
	default:
		return visit(message)
	}
}

func walkCompound(body []byte, depth int, visit func(message []byte) bool) bool {
	if len(body) == 0 {
		return true
	}
	lengths, parts := body[1:], []byte(nil)
	if count := int(body[0]); len(lengths) >= 2*count {
		lengths, parts = lengths[:2*count], lengths[2*count:]
	}
	for ; len(lengths) >= 2; lengths = lengths[2:] {
		length := int(binary.BigEndian.Uint16(lengths))
		if length > len(parts) {
			return true
		}
		if !walkNested(parts[:length], depth-1, visit) {
			return false
		}
		parts = parts[length:]
	}
	return true
}

// decompress returns at most so many bytes of what a message of type compress holds; of one that is
// cut off, what there is.
func decompress(message []byte, most int64) []byte {
	// As memberlist writes it: a map of Algo, which is 0, and Buf, whose length does not matter here.
	head := append([]byte{compressMessage, 0x82, 0xa4}, "Algo\x00\xa3Buf"...)
	if len(message) <= len(head) || !bytes.Equal(message[:len(head)], head) {
		return nil
	}
	lengthBytes := 1
	switch message[len(head)] {
	case 0xda:
		lengthBytes = 3
	case 0xdb:
		lengthBytes = 5
	}
	if len(message) < len(head)+lengthBytes {
		return nil
	}
	reader := lzw.NewReader(bytes.NewReader(message[len(head)+lengthBytes:]), lzw.LSB, 8)
	defer reader.Close()
	plain, _ := io.ReadAll(io.LimitReader(reader, most))
	return plain
}

// packetKind is what a packet is counted as: what it carries first.
func packetKind(packet []byte) kind {
	counted := gossip
	walkMessages(packet, func(message []byte) bool {
		switch message[0] {
		case pingMessage:
			counted = ping
		case indirectPingMessage:
			counted = pingReq
		case ackMessage:
			counted = ack
		case nackMessage:
			counted = nack
		}
		return false
	})
	return counted
}

// streamType is the type of the message at a stream's start. It is not known before some bytes of a
// compressed message are there.
func streamType(start []byte) (messageType byte, known bool) {
	if len(start) > 0 && start[0] == compressMessage {
		start = decompress(start, 1)
	}
	if len(start) == 0 {
		return 0, false
	}
	return start[0], true
}

// rumour is what a message says about a member. An alive message has no From.
type rumour struct {
	Node        string
	From        string
	Incarnation uint32
}

func decodeRumour(message []byte) (rumour, bool) {
	var said rumour
	err := codec.NewDecoderBytes(message[1:], &codec.MsgpackHandle{}).Decode(&said)
	return said, err == nil
}
