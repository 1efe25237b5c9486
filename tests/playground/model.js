// SPDX-License-Identifier: GPL-2.0-only
//
// The page's model by itself: what a link keeps, what a stranger's link may hold, what a block
// says. The second argument is the data of products, with the values to write for each as `wanted`.
import {readFileSync} from "node:fs";

import {blockOf, shortfallOf} from "../../playground/page/blocks.js";
import {Core} from "../../playground/page/core.js";
import {Deeds} from "../../playground/page/deeds.js";
import {cleaned, withValue} from "../../playground/page/settings.js";
import {hashOf, readHash} from "../../playground/page/share.js";

const core = await Core.load(readFileSync(process.argv[2]));
const products = JSON.parse(process.argv[3]);
const settings = cleaned({
    common: {members: 50, seed: 9, network: {datagram_loss: "0.5%", delay: "10ms", jitter: "0ms"}},
    variants: [
        {preset: "swim", protocol: {gossip_nodes: "4"}},
        {preset: "memberlist-lan", protocol: {reconnect_interval: "30s", reap_time: "24h"}},
    ],
});
const deeds = Deeds.cleaned(
    [
        {atMs: 1000, text: "crash 0,1,2,3,9"},
        {atMs: 1500, text: "partition 0,1,2,3,4,5,6,7,8,9"},
        {atMs: 2000, text: "datagram_loss 20%"},
        {atMs: 9000, text: "heal"},
    ],
    50);
const link = hashOf(settings, deeds.list, 12345.4);
const read = readHash(link);
const hostile = [
    "#v=1&n=9999999&seed=-4&a=none!probe_interval:0s!gossip_nodes:<b>&do=5~crash~0-9999999&t=1e300",
    "#v=1&n=NaN&net=delay:1h!datagram_loss:200%25&do=-5~crash~1!x~pause~2!1e99~stall~3&t=-5",
    "#v=1&n=10&do=5~crash~11!6~crash~3!4~crash~4!7~crash~3!8~restart~4&t=5",
    "#v=2&n=10",
    "#",
].map((hash) => readHash(hash));
const lan = core.preset("memberlist-lan");
console.log(JSON.stringify({
    link,
    settings,
    deeds: deeds.list,
    read: read && {...read, deeds: read.deeds.list},
    hostile: hostile.map((each) => each && {...each, deeds: each.deeds.list}),
    blocks: products.map((each) => blockOf(each, each.wanted)),
    shortfalls: products.map((each) => shortfallOf(each, each.wanted)),
    shorter: withValue({preset: "memberlist-lan", protocol: {}}, lan, "probe_interval", "300ms"),
    longer: withValue({preset: "memberlist-lan", protocol: {}}, lan, "probe_timeout", "2s"),
    same: withValue({preset: "memberlist-lan", protocol: {}}, lan, "gossip_nodes", "3"),
}));
