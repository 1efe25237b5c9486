// SPDX-License-Identifier: MIT
//
// Guided stories: what is set, what is done and what to look at. Every number that they claim is
// held by tests/playground, on the same code.

/**
 * @typedef {object} Scene
 * @property {number} untilMs where it stops, and waits for the reader
 * @property {number} speed
 * @property {string} text
 *
 * @typedef {object} Story
 * @property {string} key
 * @property {string} title
 * @property {string} question
 * @property {object} settings see Settings
 * @property {{atMs: number, text: string}[]} deeds
 * @property {Scene[]} scenes
 */

/** @type {readonly Story[]} */
export const STORIES = [
    {
        key: "suspicion",
        title: "How suspicion saves a slow member",
        question: "A process hangs for three seconds. Is it dead?",
        settings: {
            common: {
                members: 50,
                seed: 3,
                network: {datagram_loss: "0%", delay: "0ms", jitter: "2ms"},
            },
            variants: [
                {preset: "memberlist-lan", protocol: {suspicion: "false"}},
                {preset: "memberlist-lan", protocol: {}},
            ],
        },
        deeds: [
            {atMs: 5000, text: "pause 17"},
            {atMs: 8000, text: "resume 17"},
        ],
        scenes: [
            {
                untilMs: 5000,
                speed: 2,
                text:
                    "Two clusters of 50, all well. Left: whoever fails a probe is dead at once. Right: memberlist's way, a suspicion first. In a moment m17 will hang, as processes do when they collect garbage.",
            },
            {
                untilMs: 8000,
                speed: 0.5,
                text:
                    "m17 hangs. Each second every member probes another one; sooner or later one of them probes m17, asks three others to try too, and hears nothing. Watch its place on the ring.",
            },
            {
                untilMs: 16000,
                speed: 1,
                text:
                    "m17 goes on, and finds in its mail what is said of it. Left all had buried it within two seconds, and have to take it in again. Right it objects with a higher incarnation, and nobody ever buried it.",
            },
            {
                untilMs: 20000,
                speed: 2,
                text:
                    "That is what suspicion buys. Its price: a member that is really dead is known later, by the time that suspects have to object. Crash one and compare.",
            },
        ],
    },
    {
        key: "healing",
        title: "Why memberlist does not heal",
        question: "The network parts for two minutes. Does the cluster find together again?",
        settings: {
            common: {
                members: 40,
                seed: 2,
                network: {datagram_loss: "0%", delay: "0ms", jitter: "2ms"},
            },
            variants: [
                {preset: "memberlist-lan", protocol: {}},
                {
                    preset: "memberlist-lan",
                    protocol: {reconnect_interval: "30s", reap_time: "24h"},
                },
            ],
        },
        deeds: [
            {atMs: 5000, text: `partition ${[...Array(16).keys()].join(",")}`},
            {atMs: 125000, text: "heal"},
        ],
        scenes: [
            {
                untilMs: 5000,
                speed: 2,
                text:
                    "Left: memberlist as it comes. Right: the same, and each member calls on the dead every 30 s, as Serf and Consul do, and remembers them for a day. The cable between 16 members and the other 24 is about to be cut.",
            },
            {
                untilMs: 40000,
                speed: 8,
                text:
                    "Each side takes the other for dead, and rightly goes on alone. Two squares of the matrix stay: who can hear each other.",
            },
            {
                untilMs: 125000,
                speed: 32,
                text:
                    "After 30 s memberlist forgets its dead, whom nobody will call on any more. The right one keeps them in mind.",
            },
            {
                untilMs: 240000,
                speed: 32,
                text:
                    "The cable is mended. Right, somebody calls on a dead member, is answered, and the two sides exchange their tables: healed. Left, nobody knows that there is anybody to call. Two clusters remain, until an operator joins them.",
            },
        ],
    },
    {
        key: "fanout",
        title: "What fan-out buys",
        question:
            "Gossip to one, or to six at a time: how soon do all know, and what does it cost?",
        settings: {
            common: {
                members: 200,
                seed: 3,
                network: {datagram_loss: "5%", delay: "0ms", jitter: "5ms"},
            },
            variants: [
                {preset: "memberlist-lan", protocol: {gossip_nodes: "1"}},
                {preset: "memberlist-lan", protocol: {gossip_nodes: "6"}},
            ],
        },
        deeds: [{atMs: 4000, text: "crash 120"}],
        scenes: [
            {
                untilMs: 4000,
                speed: 2,
                text:
                    "200 members, one of 20 datagrams is lost. Left each tells news to one other at a time, right to six. m120 is about to crash.",
            },
            {
                untilMs: 12000,
                speed: 0.7,
                text:
                    "Who probes m120 suspects it and tells. Watch the column of m120 fill: left the news creeps, right it jumps.",
            },
            {
                untilMs: 40000,
                speed: 6,
                text:
                    "From the burial until all knew it took about a second left, and a quarter of that right, for a tenth more messages. Detection itself is no sooner: that is the probes' and the suspicion's time. Each step of gossip multiplies who knows, so twice the fan-out does not halve it.",
            },
        ],
    },
];
