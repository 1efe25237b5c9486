// SPDX-License-Identifier: MIT
//
// See impairment-json.h.
#include "agent/impairment-json.h"

#include "swim/endpoint.h"

namespace swim
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr const char* EVERY_PEER = "*";

[[noreturn]] void Fail(const std::string& where, const std::string& what)
{
    throw ImpairmentError(where + ": " + what);
}

const Json& ObjectAt(const std::string& where, const Json& json)
{
    return json.is_object() ? json : (Fail(where, "must be an object"), json);
}

double ReadShare(const std::string& where, const Json& json)
{
    if (!json.is_number() || json.get<double>() < 0 || json.get<double>() > 1)
    {
        Fail(where, "must be a number from 0 to 1");
    }
    return json.get<double>();
}

Duration ReadTime(const std::string& where, const Json& json)
{
    constexpr auto MOST = std::chrono::duration_cast<Duration>(std::chrono::hours(1)).count();
    if (!json.is_number_integer() || json.get<std::int64_t>() < 0 ||
        json.get<std::int64_t>() > MOST)
    {
        Fail(where, "must be a number of nanoseconds from 0 to an hour");
    }
    return Duration(json.get<std::int64_t>());
}

bool ReadFlag(const std::string& where, const Json& json)
{
    return json.is_boolean() ? json.get<bool>() : (Fail(where, "must be true or false"), false);
}

std::uint64_t ReadSeed(const std::string& where, const Json& json)
{
    return json.is_number_unsigned() ? json.get<std::uint64_t>()
                                     : (Fail(where, "must be a whole number"), 0);
}

Address ReadHost(const std::string& where, const std::string& text)
{
    const auto address = NumericAddress({text, 0});
    return address ? *address : (Fail(where, "'" + text + "' is no IP address"), Address{});
}

/// A value of an object, and where it stands.
struct JsonEntry
{
    const std::string& where; ///< "impairment.out.loss"
    const Json& json;
};

template <typename Target>
using JsonKey = KeyRow<Target, JsonEntry, Json>;

template <typename Rows, typename Target>
void ReadRows(const std::string& where, const Json& json, const Rows& rows, Target& target)
{
    for (const auto& [key, value] : ObjectAt(where, json).items())
    {
        const std::string place = where + "." + key;
        const auto* row = FindRow(rows, key);
        if (row == nullptr)
        {
            Fail(place, "there is no such key");
        }
        row->read(target, {place, value});
    }
}

/// The object of what is not as it is without the key. @param always a key that it has in any case
template <typename Rows, typename Target>
Json WriteRows(const Rows& rows, const Target& target, std::string_view always = {})
{
    Json json = Json::object();
    for (const auto& row : rows)
    {
        Json value = row.write(target);
        if (row.name == always || value != row.write(Target{}))
        {
            json[std::string(row.name)] = std::move(value);
        }
    }
    return json;
}

std::string FractionRange()
{
    return "from 0 to 1";
}

std::string TimeRange()
{
    return "from 0 to an hour";
}

template <auto FIELD, typename Target>
constexpr JsonKey<Target> ShareKey(std::string_view name, std::string_view meaning)
{
    return {name,
            "fraction",
            meaning,
            [](Target& target, const JsonEntry& entry) {
                target.*FIELD = ReadShare(entry.where, entry.json);
            },
            [](const Target& target) { return Json(target.*FIELD); },
            FractionRange};
}

template <auto FIELD, typename Target>
constexpr JsonKey<Target> TimeKey(std::string_view name, std::string_view meaning)
{
    return {name,
            "nanoseconds",
            meaning,
            [](Target& target, const JsonEntry& entry) {
                target.*FIELD = ReadTime(entry.where, entry.json);
            },
            [](const Target& target) { return Json((target.*FIELD).count()); },
            TimeRange};
}

using Path = PathImpairment;

constexpr JsonKey<Path> PATH_ROWS[] = {
    ShareKey<&Path::loss, Path>(
        "loss",
        "Share of datagrams that are lost, and of the segments of streams."),
    ShareKey<&Path::datagramLoss, Path>("datagram_loss",
                                        "Share of datagrams that are lost, besides."),
    TimeKey<&Path::delay, Path>("delay_ns", "Delay of all that passes."),
    TimeKey<&Path::jitter, Path>("jitter_ns", "Delay besides, uniform from 0 to this."),
    ShareKey<&Path::duplication, Path>("duplication", "Share of datagrams that arrive twice."),
    ShareKey<&Path::reorder, Path>("reorder", "Share of datagrams that are held back."),
    TimeKey<&Path::reorderBy, Path>("reorder_by_ns", "For how long they are held back."),
};

template <auto FIELD, typename Target>
constexpr JsonKey<Target> PathKey(std::string_view name, std::string_view meaning)
{
    return {name,
            "object",
            meaning,
            [](Target& target, const JsonEntry& entry) {
                target.*FIELD = {};
                ReadRows(entry.where, entry.json, PATH_ROWS, target.*FIELD);
            },
            [](const Target& target) { return WriteRows(PATH_ROWS, target.*FIELD); }};
}

// What a member's own impairment and that of a peer have in common.

template <typename End>
constexpr JsonKey<End> OUT_ROW =
    PathKey<&End::out, End>("out", "What happens to what it sends; see `path`.").Absent("nothing");

template <typename End>
constexpr JsonKey<End> IN_ROW =
    PathKey<&End::in, End>("in", "What happens to what it receives; see `path`.").Absent("nothing");

template <typename End>
constexpr JsonKey<End> SLOW_ROW =
    TimeKey<&End::slow, End>("slow_ns", "Each message is handled so late; timers are on time.");

template <typename End>
constexpr JsonKey<End> DOWN_ROW = {
    "down",
    "boolean",
    "Whether the cable is out: sending fails at once, nothing comes.",
    [](End& end, const JsonEntry& entry) { end.down = ReadFlag(entry.where, entry.json); },
    [](const End& end) { return Json(end.down); }};

constexpr JsonKey<PeerImpairment> PEER_ROWS[] = {OUT_ROW<PeerImpairment>,
                                                 IN_ROW<PeerImpairment>,
                                                 SLOW_ROW<PeerImpairment>,
                                                 DOWN_ROW<PeerImpairment>};

constexpr std::string_view DIRECTIONS = "both|in|out";
constexpr std::string_view CARRIERS = "all|datagrams|streams";

std::size_t ReadWord(const JsonEntry& entry, std::string_view words)
{
    const auto place =
        entry.json.is_string() ? PlaceOfWord(words, entry.json.get<std::string>()) : std::nullopt;
    if (!place)
    {
        Fail(entry.where, "there is no such word");
    }
    return *place;
}

void ReadBlockPeers(Block& block, const JsonEntry& entry)
{
    block.everybody = entry.json == Json("all");
    if (!block.everybody && !entry.json.is_array())
    {
        Fail(entry.where, "must be \"all\" or a list of addresses");
    }
    for (const Json& peer : block.everybody ? Json::array() : entry.json)
    {
        block.peers.push_back(ReadHost(entry.where, peer.is_string() ? peer : Json("")));
    }
}

std::string HostText(const Address& address)
{
    Address host = address;
    host.port = 1;
    const std::string text = FormatAddress(host);
    return text.starts_with('[') ? text.substr(1, text.size() - 4)
                                 : text.substr(0, text.size() - 2);
}

Json BlockPeers(const Block& block)
{
    Json peers = Json::array();
    for (const Address& peer : block.peers)
    {
        peers.push_back(HostText(peer));
    }
    return block.everybody ? Json("all") : peers;
}

constexpr JsonKey<Block> BLOCK_ROWS[] = {
    JsonKey<Block>{"peers",
                   "list of addresses",
                   "With whom nothing passes, by address; `\"all\"` is with everybody.",
                   ReadBlockPeers,
                   BlockPeers}
        .Absent("everybody"),
    JsonKey<Block>{
        "direction",
        DIRECTIONS,
        "What is blocked: what they send to the member, what it sends to them, or both.",
        [](Block& block, const JsonEntry& entry) {
            const std::size_t place = ReadWord(entry, DIRECTIONS);
            block.in = place != 2;
            block.out = place != 1;
        },
        [](const Block& block) {
            return Json(NameOf(DIRECTIONS, block.in && block.out ? 0 : block.in ? 1 : 2));
        }},
    JsonKey<Block>{"carries",
                   CARRIERS,
                   "What is blocked: datagrams, streams, or both.",
                   [](Block& block, const JsonEntry& entry) {
                       const std::size_t place = ReadWord(entry, CARRIERS);
                       block.datagrams = place != 2;
                       block.streams = place != 1;
                   },
                   [](const Block& block) {
                       return Json(NameOf(CARRIERS,
                                          block.datagrams && block.streams ? 0
                                          : block.datagrams                ? 1
                                                                           : 2));
                   }},
};

Json BlockJson(const Block& block)
{
    Json json = Json::object();
    for (const JsonKey<Block>& row : BLOCK_ROWS)
    {
        json[std::string(row.name)] = row.write(block);
    }
    return json;
}

void ReadBlocks(Impairment& impairment, const JsonEntry& entry)
{
    for (const Json& json : entry.json)
    {
        Block block;
        block.everybody = true;
        if (json.is_object() && json.contains("peers"))
        {
            block.everybody = false;
        }
        ReadRows(entry.where, json, BLOCK_ROWS, block);
        impairment.blocks.push_back(block);
    }
}

void ReadDelays(Impairment& impairment, const JsonEntry& entry)
{
    for (const auto& [host, delay] : ObjectAt(entry.where, entry.json).items())
    {
        impairment.delays[ReadHost(entry.where, host)] = ReadTime(entry.where, delay);
    }
}

void ReadPeers(Impairment& impairment, const JsonEntry& entry)
{
    for (const auto& [key, value] : ObjectAt(entry.where, entry.json).items())
    {
        PeerImpairment peer;
        ReadRows(entry.where + "." + key, value, PEER_ROWS, peer);
        (key == EVERY_PEER ? impairment.everyPeer : impairment.peers[ReadHost(entry.where, key)]) =
            peer;
    }
}

Json BlocksJson(const Impairment& impairment)
{
    Json json = Json::array();
    for (const Block& block : impairment.blocks)
    {
        json.push_back(BlockJson(block));
    }
    return json;
}

Json DelaysJson(const Impairment& impairment)
{
    Json json = Json::object();
    for (const auto& [host, delay] : impairment.delays)
    {
        json[HostText(host)] = delay.count();
    }
    return json;
}

Json PeersJson(const Impairment& impairment)
{
    Json json = Json::object();
    if (impairment.everyPeer != PeerImpairment{})
    {
        json[EVERY_PEER] = WriteRows(PEER_ROWS, impairment.everyPeer);
    }
    for (const auto& [host, peer] : impairment.peers)
    {
        json[HostText(host)] = WriteRows(PEER_ROWS, peer);
    }
    return json;
}

constexpr JsonKey<Impairment> MEMBER_ROWS[] = {
    OUT_ROW<Impairment>,
    IN_ROW<Impairment>,
    SLOW_ROW<Impairment>,
    DOWN_ROW<Impairment>,
    {"stalled",
     "boolean",
     "Whether what it sends and what it receives waits, in order, until this is false again; "
     "timers "
     "that need neither run on.",
     [](Impairment& impairment, const JsonEntry& entry) {
         impairment.stalled = ReadFlag(entry.where, entry.json);
     },
     [](const Impairment& impairment) { return Json(impairment.stalled); }},
    {"seed",
     "count",
     "Seed of what is drawn at random.",
     [](Impairment& impairment, const JsonEntry& entry) {
         impairment.seed = ReadSeed(entry.where, entry.json);
     },
     [](const Impairment& impairment) { return Json(impairment.seed); }},
    JsonKey<Impairment>{"blocks",
                        "list of objects",
                        "With whom nothing passes.",
                        ReadBlocks,
                        BlocksJson}
        .Absent("nobody"),
    JsonKey<Impairment>{"delays",
                        "object",
                        "Delay of the path to an address and of that back, in nanoseconds: "
                        "`{\"127.9.0.5\": 150000}`.",
                        ReadDelays,
                        DelaysJson}
        .Absent("none"),
    JsonKey<Impairment>{"peers",
                        "object",
                        "Others' own impairments by address, for streams to them; `\"*\"` is that "
                        "of those not named.",
                        ReadPeers,
                        PeersJson}
        .Absent("none"),
};

} // namespace

Impairment ImpairmentFromJson(const Json& json)
{
    Impairment impairment;
    ReadRows("impairment", json, MEMBER_ROWS, impairment);
    return impairment;
}

Json ToJson(const Impairment& impairment)
{
    return WriteRows(MEMBER_ROWS, impairment, "seed");
}

std::vector<TableReference> ImpairmentReference()
{
    return {
        {"", "", "What a bad network does to one member.", DescribeAll(MEMBER_ROWS, Impairment())},
        {"path",
         "",
         "What happens to what goes one way: the value of `out` and `in`.",
         DescribeAll(PATH_ROWS, PathImpairment())},
        {"peer",
         "",
         "What happens at the other end of a stream: a value of `peers`.",
         DescribeAll(PEER_ROWS, PeerImpairment())},
        {"block",
         "",
         "Nothing so carried passes between the member and these: an entry of `blocks`.",
         DescribeAll(BLOCK_ROWS, Block())}};
}

} // namespace swim
