// SPDX-License-Identifier: MIT
//
// Parameters of memberlist under its own names in snake case, from a JSON file.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/memberlist"
)

// parameters are those fields of memberlist.Config that a scenario can set; the rest is
// DefaultLANConfig's.
type parameters struct {
	ProbeIntervalNs         int64 `json:"probe_interval_ns"`
	ProbeTimeoutNs          int64 `json:"probe_timeout_ns"`
	IndirectChecks          int   `json:"indirect_checks"`
	DisableTcpPings         bool  `json:"disable_tcp_pings"`
	SuspicionMult           int   `json:"suspicion_mult"`
	SuspicionMaxTimeoutMult int   `json:"suspicion_max_timeout_mult"`
	AwarenessMaxMultiplier  int   `json:"awareness_max_multiplier"`
	RetransmitMult          int   `json:"retransmit_mult"`
	GossipIntervalNs        int64 `json:"gossip_interval_ns"`
	GossipNodes             int   `json:"gossip_nodes"`
	GossipToTheDeadTimeNs   int64 `json:"gossip_to_the_dead_time_ns"`
	UDPBufferSize           int   `json:"udp_buffer_size"`
	PushPullIntervalNs      int64 `json:"push_pull_interval_ns"`
	TCPTimeoutNs            int64 `json:"tcp_timeout_ns"`
	DeadNodeReclaimTimeNs   int64 `json:"dead_node_reclaim_time_ns"`
	EnableCompression       bool  `json:"enable_compression"`
}

func defaultParameters() parameters {
	c := memberlist.DefaultLANConfig()
	return parameters{
		ProbeIntervalNs:         int64(c.ProbeInterval),
		ProbeTimeoutNs:          int64(c.ProbeTimeout),
		IndirectChecks:          c.IndirectChecks,
		DisableTcpPings:         c.DisableTcpPings,
		SuspicionMult:           c.SuspicionMult,
		SuspicionMaxTimeoutMult: c.SuspicionMaxTimeoutMult,
		AwarenessMaxMultiplier:  c.AwarenessMaxMultiplier,
		RetransmitMult:          c.RetransmitMult,
		GossipIntervalNs:        int64(c.GossipInterval),
		GossipNodes:             c.GossipNodes,
		GossipToTheDeadTimeNs:   int64(c.GossipToTheDeadTime),
		UDPBufferSize:           c.UDPBufferSize,
		PushPullIntervalNs:      int64(c.PushPullInterval),
		TCPTimeoutNs:            int64(c.TCPTimeout),
		DeadNodeReclaimTimeNs:   int64(c.DeadNodeReclaimTime),
		EnableCompression:       c.EnableCompression,
	}
}

func (p parameters) apply(c *memberlist.Config) {
	c.ProbeInterval = time.Duration(p.ProbeIntervalNs)
	c.ProbeTimeout = time.Duration(p.ProbeTimeoutNs)
	c.IndirectChecks = p.IndirectChecks
	c.DisableTcpPings = p.DisableTcpPings
	c.SuspicionMult = p.SuspicionMult
	c.SuspicionMaxTimeoutMult = p.SuspicionMaxTimeoutMult
	c.AwarenessMaxMultiplier = p.AwarenessMaxMultiplier
	c.RetransmitMult = p.RetransmitMult
	c.GossipInterval = time.Duration(p.GossipIntervalNs)
	c.GossipNodes = p.GossipNodes
	c.GossipToTheDeadTime = time.Duration(p.GossipToTheDeadTimeNs)
	c.UDPBufferSize = p.UDPBufferSize
	c.PushPullInterval = time.Duration(p.PushPullIntervalNs)
	c.TCPTimeout = time.Duration(p.TCPTimeoutNs)
	c.DeadNodeReclaimTime = time.Duration(p.DeadNodeReclaimTimeNs)
	c.EnableCompression = p.EnableCompression
}

// decodeStrictly refuses keys that nobody reads.
func decodeStrictly(text []byte, into interface{}) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// readConfig reads the file, where one is given, over memberlist's defaults for a LAN.
func readConfig(path string) (parameters, error) {
	config := defaultParameters()
	if path == "" {
		return config, nil
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = decodeStrictly(text, &config)
	}
	if err != nil {
		return config, fmt.Errorf("--config %s: %v", path, err)
	}
	return config, nil
}
