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

PathImpairment ReadPath(const std::string& where, const Json& json)
{
    PathImpairment path;
    for (const auto& [key, value] : ObjectAt(where, json).items())
    {
        const std::string place = where + "." + key;
        if (key == "loss")
        {
            path.loss = ReadShare(place, value);
        }
        else if (key == "datagram_loss")
        {
            path.datagramLoss = ReadShare(place, value);
        }
        else if (key == "delay_ns")
        {
            path.delay = ReadTime(place, value);
        }
        else if (key == "jitter_ns")
        {
            path.jitter = ReadTime(place, value);
        }
        else if (key == "duplication")
        {
            path.duplication = ReadShare(place, value);
        }
        else if (key == "reorder")
        {
            path.reorder = ReadShare(place, value);
        }
        else if (key == "reorder_by_ns")
        {
            path.reorderBy = ReadTime(place, value);
        }
        else
        {
            Fail(place, "there is no such key");
        }
    }
    return path;
}

PeerImpairment ReadPeer(const std::string& where, const Json& json)
{
    PeerImpairment peer;
    for (const auto& [key, value] : ObjectAt(where, json).items())
    {
        const std::string place = where + "." + key;
        if (key == "out")
        {
            peer.out = ReadPath(place, value);
        }
        else if (key == "in")
        {
            peer.in = ReadPath(place, value);
        }
        else if (key == "slow_ns")
        {
            peer.slow = ReadTime(place, value);
        }
        else if (key == "down")
        {
            peer.down = ReadFlag(place, value);
        }
        else
        {
            Fail(place, "there is no such key");
        }
    }
    return peer;
}

Block ReadBlock(const std::string& where, const Json& json)
{
    const auto word = [&](const char* key, std::initializer_list<std::string_view> words) {
        const std::string place = where + "." + key;
        const Json value = json.value(key, Json(*words.begin()));
        if (!value.is_string() || std::ranges::find(words, value.get<std::string>()) == words.end())
        {
            Fail(place, "there is no such word");
        }
        return value.get<std::string>();
    };
    Block block;
    ObjectAt(where, json);
    const std::string direction = word("direction", {"both", "in", "out"});
    const std::string carries = word("carries", {"all", "datagrams", "streams"});
    block.in = direction != "out";
    block.out = direction != "in";
    block.datagrams = carries != "streams";
    block.streams = carries != "datagrams";
    const Json peers = json.value("peers", Json("all"));
    block.everybody = peers == Json("all");
    if (!block.everybody && !peers.is_array())
    {
        Fail(where + ".peers", "must be \"all\" or a list of addresses");
    }
    for (const Json& peer : block.everybody ? Json::array() : peers)
    {
        block.peers.push_back(ReadHost(where + ".peers", peer.is_string() ? peer : Json("")));
    }
    return block;
}

void ReadPeers(const std::string& where, const Json& json, Impairment& impairment)
{
    for (const auto& [key, value] : ObjectAt(where, json).items())
    {
        const PeerImpairment peer = ReadPeer(where + "." + key, value);
        (key == EVERY_PEER ? impairment.everyPeer : impairment.peers[ReadHost(where, key)]) = peer;
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

Json PathJson(const PathImpairment& path)
{
    Json json = Json::object();
    const auto add = [&json](const char* key, auto value) {
        if (value != decltype(value){})
        {
            json[key] = value;
        }
    };
    add("loss", path.loss);
    add("datagram_loss", path.datagramLoss);
    add("delay_ns", path.delay.count());
    add("jitter_ns", path.jitter.count());
    add("duplication", path.duplication);
    add("reorder", path.reorder);
    add("reorder_by_ns", path.reorderBy.count());
    return json;
}

/// What a member's and a peer's impairment have in common.
Json EndJson(const auto& end)
{
    Json json = Json::object();
    if (end.out != PathImpairment{})
    {
        json["out"] = PathJson(end.out);
    }
    if (end.in != PathImpairment{})
    {
        json["in"] = PathJson(end.in);
    }
    if (end.slow != Duration::zero())
    {
        json["slow_ns"] = end.slow.count();
    }
    if (end.down)
    {
        json["down"] = true;
    }
    return json;
}

Json BlockJson(const Block& block)
{
    Json peers = Json::array();
    for (const Address& peer : block.peers)
    {
        peers.push_back(HostText(peer));
    }
    return {{"peers", block.everybody ? Json("all") : peers},
            {"direction",
             block.in && block.out ? "both"
             : block.in            ? "in"
                                   : "out"},
            {"carries",
             block.datagrams && block.streams ? "all"
             : block.datagrams                ? "datagrams"
                                              : "streams"}};
}

} // namespace

Impairment ImpairmentFromJson(const Json& json)
{
    const std::string where = "impairment";
    Impairment impairment;
    for (const auto& [key, value] : ObjectAt(where, json).items())
    {
        const std::string place = where + "." + key;
        if (key == "seed")
        {
            impairment.seed = ReadSeed(place, value);
        }
        else if (key == "blocks")
        {
            for (const Json& block : value)
            {
                impairment.blocks.push_back(ReadBlock(place, block));
            }
        }
        else if (key == "delays")
        {
            for (const auto& [host, delay] : ObjectAt(place, value).items())
            {
                impairment.delays[ReadHost(place, host)] = ReadTime(place, delay);
            }
        }
        else if (key == "peers")
        {
            ReadPeers(place, value, impairment);
        }
    }
    Json own = json;
    for (const char* const key : {"seed", "blocks", "delays", "peers"})
    {
        own.erase(key);
    }
    const PeerImpairment end = ReadPeer(where, own);
    impairment.out = end.out;
    impairment.in = end.in;
    impairment.slow = end.slow;
    impairment.down = end.down;
    return impairment;
}

Json ToJson(const Impairment& impairment)
{
    Json json = EndJson(impairment);
    json["seed"] = impairment.seed;
    for (const Block& block : impairment.blocks)
    {
        json["blocks"].push_back(BlockJson(block));
    }
    for (const auto& [host, delay] : impairment.delays)
    {
        json["delays"][HostText(host)] = delay.count();
    }
    if (impairment.everyPeer != PeerImpairment{})
    {
        json["peers"][EVERY_PEER] = EndJson(impairment.everyPeer);
    }
    for (const auto& [host, peer] : impairment.peers)
    {
        json["peers"][HostText(host)] = EndJson(peer);
    }
    return json;
}

} // namespace swim
