// SPDX-License-Identifier: MIT
//
// A member of memberlist's own, for the tests that let our agents meet it in each of its layers.
//
// It greets the member that it is told to greet by every kind of user message, and prints a line for
// each that it hears, and for each member that joins.
package main

import (
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/memberlist"
)

type member struct {
	name       string
	greets     string
	list       *memberlist.Memberlist
	broadcasts memberlist.TransmitLimitedQueue
}

type broadcast []byte

func (b broadcast) Invalidates(memberlist.Broadcast) bool { return false }
func (b broadcast) Message() []byte                       { return b }
func (b broadcast) Finished()                             {}

func (m *member) NodeMeta(int) []byte           { return []byte("meta of " + m.name) }
func (m *member) NotifyMsg(message []byte)      { fmt.Printf("user %s\n", message) }
func (m *member) LocalState(bool) []byte        { return []byte("state of " + m.name) }
func (m *member) MergeRemoteState([]byte, bool) {}

func (m *member) GetBroadcasts(overhead, limit int) [][]byte {
	return m.broadcasts.GetBroadcasts(overhead, limit)
}

func (m *member) NotifyJoin(node *memberlist.Node) {
	fmt.Printf("join %s %s\n", node.Name, node.Meta)
	if node.Name == m.greets {
		greeted := *node
		go m.greet(&greeted) // memberlist holds a lock here
	}
}

func (m *member) NotifyLeave(node *memberlist.Node) { fmt.Printf("gone %s\n", node.Name) }
func (m *member) NotifyUpdate(node *memberlist.Node) {
	fmt.Printf("meta %s %s\n", node.Name, node.Meta)
}

func (m *member) greet(node *memberlist.Node) {
	exitOn(m.list.SendBestEffort(node, []byte("by datagram")))
	exitOn(m.list.SendReliable(node, []byte("by stream")))
	m.broadcasts.QueueBroadcast(broadcast("to everybody"))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "[ERR] layer-peer: %v\n", err)
		os.Exit(1)
	}
}

func main() {
	m := &member{}
	config := memberlist.DefaultLANConfig()
	key := ""
	join := ""
	protocol := 2
	flag.StringVar(&m.name, "name", "", "name of the member")
	flag.StringVar(&m.greets, "greets", "", "whom it greets")
	flag.StringVar(&config.BindAddr, "bind", "127.0.0.1", "where it listens")
	flag.IntVar(&config.BindPort, "port", 7946, "on which port")
	flag.StringVar(&join, "join", "", "whom it joins, with its port")
	flag.BoolVar(&config.EnableCompression, "compression", false, "whether it compresses")
	flag.StringVar(&key, "key", "", "base64; encrypts")
	flag.IntVar(&protocol, "protocol", protocol, "version that it speaks; 1 encrypts by version 0")
	flag.Parse()

	config.Name = m.name
	config.AdvertisePort = config.BindPort
	config.ProtocolVersion = uint8(protocol)
	config.DelegateProtocolVersion = 5 // Serf's, as ours
	config.DelegateProtocolMin = 2
	config.DelegateProtocolMax = 5
	config.ProbeInterval = 200 * time.Millisecond
	config.ProbeTimeout = 100 * time.Millisecond
	config.GossipInterval = 50 * time.Millisecond
	config.PushPullInterval = time.Second
	config.TCPTimeout = 2 * time.Second
	config.Delegate = m
	config.Events = m
	config.LogOutput = os.Stderr
	if key != "" {
		bytes, err := base64.StdEncoding.DecodeString(key)
		exitOn(err)
		config.SecretKey = bytes
	}
	m.broadcasts.RetransmitMult = config.RetransmitMult
	m.broadcasts.NumNodes = func() int {
		if m.list == nil {
			return 1
		}
		return m.list.NumMembers()
	}
	list, err := memberlist.Create(config)
	exitOn(err)
	m.list = list
	fmt.Println("listens")
	if join != "" {
		_, err = m.list.Join([]string{join})
		exitOn(err)
	}
	select {} // until it is killed
}
