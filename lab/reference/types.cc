// SPDX-License-Identifier: GPL-2.0-only
//
// The table of types, see types.h.
#include "lab/reference/types.h"

namespace swimlab
{

namespace
{

constexpr TypeText TYPES[] = {
    {"boolean", "true", "`true` or `false`."},
    {"count", "5", "A whole number without a unit."},
    {"number", "0.25", "A number without a unit."},
    {"duration", "\"200ms\"", "A number with its unit: ns, us, ms, s, m or h."},
    {"share", "\"1%\"", "A percentage from 0 to 100, with the sign."},
    {"percent", "\"80%\"", "A whole percentage, with the sign."},
    {"data rate", "\"10Gbps\"", "A number above 0 with its unit: bps, kbps, Mbps, Gbps or Tbps."},
    {"bytes", "\"1400B\"", "A whole number with its unit, B."},
    {"count or auto", "\"auto\"", "A whole number, or `auto`: worked out from other parameters."},
    {"count or run", "\"run\"", "A whole number, or `run`: that of each run."},
    {"never, once or duration", "\"1s\"", "`never`, `once`, or a number with its unit."},
    {"word", "\"join\"", "One of the words that the key lists."},
    {"text", "\"any\"", "Any text in quotes."},
    {"path", "\"map.graphml\"", "The path of a file."},
    {"preset", "\"recommended-lan\"", "The name of a preset."},
    {"detector", "\"phi-pekko\"", "The name of a failure detector; `swim` is one."},
    {"members",
     "\"random 10 of 100-199\"",
     "Members by index (`7`), a range (`\"100-199\"`), `\"all\"`, members drawn at random "
     "(`\"random 10\"`, `\"random 10 of 100-199\"`), those at a router (`{router = \"leaf-3\"}`) "
     "or "
     "in a region (`{region = \"pod-1\"}`), or a list of these, in which random ones cannot "
     "stand."},
    {"sides",
     "[\"0-4\", \"5-9\"]",
     "A list of members, one entry a side; or `\"minimum cut\"`. Who is on no side is on one "
     "more."},
    {"true", "true", "`true`, which is all that there is to say."},
    {"list", "[1, 2]", "A list of values."},
    {"list of texts", "[\"10.0.0.2\", \"10.0.0.3\"]", "A list of texts in quotes."},
    {"list of durations", "[\"9ms\", \"12ms\"]", "A list of durations in quotes."},
    {"condition",
     "\"<= 60 s\"",
     "`=`, `<=`, `>=`, `<` or `>`, a number, and its unit where the measure has one."},
    {"table", "{gossip_nodes = 4}", "A table of keys, mostly under a header of its own."},
    {"list of tables", "[[event]]", "Tables under one header in two brackets each."},
    {"fraction", "0.1", "A number from 0 to 1."},
    {"nanoseconds", "150000", "A whole number of nanoseconds."},
    {"list of addresses", "[\"127.9.0.5\"]", "A list of IP addresses without ports, in quotes."},
    {"object", "{\"slow_ns\": 3}", "A JSON object."},
    {"list of objects", "[{\"peers\": \"all\"}]", "A list of JSON objects."},
};

} // namespace

std::span<const TypeText> Types()
{
    return TYPES;
}

} // namespace swimlab
