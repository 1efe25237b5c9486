// SPDX-License-Identifier: MIT
//
// What each command does, see control.h. Their names and fields are those of swim-agent(8).
#include "agent/impairment-json.h"
#include "agent/program/control.h"
#include "agent/program/status.h"
#include "agent/program/user-events.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swim::program
{

namespace
{

const Json& Field(const Json& request, const char* name)
{
    const auto field = request.find(name);
    if (field == request.end())
    {
        throw RequestError(std::string("the request lacks \"") + name + "\"");
    }
    return *field;
}

std::string Text(const Json& request, const char* name)
{
    const Json& field = Field(request, name);
    if (!field.is_string())
    {
        throw RequestError(std::string("\"") + name + "\" must be a text");
    }
    return field.get<std::string>();
}

std::string BytesIn(const Json& request, const char* name)
{
    const std::optional<std::string> bytes = BytesFromJson(Field(request, name));
    if (!bytes)
    {
        throw RequestError(std::string("\"") + name + "\" must be a text or {\"hex\": \"0a0b\"}");
    }
    return *bytes;
}

/// @param example of a list that would be right
std::vector<std::string> Texts(const Json& request, const char* name, const char* example)
{
    const Json& field = Field(request, name);
    const bool texts =
        field.is_array() && !field.empty() &&
        std::ranges::all_of(field, [](const Json& item) { return item.is_string(); });
    if (!texts)
    {
        throw RequestError(std::string("\"") + name + "\" must be a list of texts, such as " +
                           example);
    }
    return field.get<std::vector<std::string>>();
}

Bytes Payload(const Json& request)
{
    const std::string bytes = BytesIn(request, "payload");
    return {bytes.begin(), bytes.end()};
}

/// A time as the configuration spells it, or the default.
Duration Time(const Json& request, const char* name, Duration otherwise)
{
    if (!request.contains(name))
    {
        return otherwise;
    }
    const std::optional<Duration> time = ParseDuration(Text(request, name));
    if (!time || *time < Duration::zero())
    {
        throw RequestError(std::string("\"") + name + "\" must be a duration such as \"5s\"");
    }
    return *time;
}

Json Outcome(const Failure& failure)
{
    return failure ? Refusal(*failure) : Success();
}

void ReplyLater(Control& control, Future<void> future, const Control::Reply& reply)
{
    control.Await(std::move(future),
                  [reply](Future<void>& asked) { reply(Outcome(FailureOf(asked))); });
}

void Members(Control& control, const Json&, const Control::Reply& reply)
{
    Json answer = Success();
    answer["members"] = Json::array();
    for (const Member& member : control.Target().agent.Members(ALL_STATES))
    {
        answer["members"].push_back(MemberToJson(member));
    }
    reply(answer);
}

void Info(Control& control, const Json&, const Control::Reply& reply)
{
    const Agent& agent = control.Target().agent;
    Json answer = Success();
    answer["name"] = agent.Name();
    answer["address"] = FormatAddress(agent.AdvertisedAddress());
    answer["members"] = agent.MemberCount();
    answer["incarnation"] = agent.Incarnation();
    answer["health"] = agent.HealthScore();
    answer["queued_updates"] = agent.QueuedUpdates();
    answer["encrypted"] = control.Target().keys != nullptr;
    answer["counters"] = CountersToJson(agent.Count());
    answer["transport"] = CountersToJson(agent.TransportCount());
    answer["traffic"] = TrafficToJson(agent.Traffic());
    reply(answer);
}

void Leave(Control& control, const Json& request, const Control::Reply& reply)
{
    const Duration timeout = Time(request, "timeout", LEAVE_TIMEOUT);
    control.Target().leave(timeout, [reply](const Failure& failure) { reply(Outcome(failure)); });
}

void Join(Control& control, const Json& request, const Control::Reply& reply)
{
    control.Await(control.Target().agent.Join(Texts(request, "addresses", "[\"10.0.0.1:7946\"]")),
                  [reply](Future<JoinResult>& joined) {
                      const JoinResult result = joined.get();
                      Json answer = result.contacted > 0 ? Success() : Refusal("nobody answered");
                      answer.update(JoinToJson(result));
                      reply(answer);
                  });
}

void Update(Control& control, const Json& request, const Control::Reply& reply)
{
    ReplyLater(control, control.Target().agent.UpdateMeta(BytesIn(request, "meta")), reply);
}

void Send(Control& control, const Json& request, const Control::Reply& reply)
{
    const std::string delivery =
        request.contains("delivery") ? Text(request, "delivery") : "stream";
    if (delivery != "stream" && delivery != "datagram")
    {
        throw RequestError("\"delivery\" must be \"stream\" or \"datagram\"");
    }
    ReplyLater(
        control,
        control.Target().agent.Send(BytesIn(request, "to"),
                                    Payload(request),
                                    delivery == "stream" ? Delivery::STREAM : Delivery::DATAGRAM),
        reply);
}

void Event(Control& control, const Json& request, const Control::Reply& reply)
{
    const std::string name = request.contains("name") ? BytesIn(request, "name") : "";
    ReplyLater(control, SendUserEvent(control.Target().agent, name, Payload(request)), reply);
}

void Ping(Control& control, const Json& request, const Control::Reply& reply)
{
    control.Await(control.Target().agent.Ping(BytesIn(request, "member")),
                  [reply](Future<Duration>& pinged) {
                      Json answer = Success();
                      try
                      {
                          answer["round_trip_ns"] = pinged.get().count();
                      }
                      catch (const AgentError& error)
                      {
                          answer = Refusal(error.what());
                      }
                      reply(answer);
                  });
}

Coordinate CoordinateOf(const Agent& agent, const std::string& member)
{
    if (!agent.Find(member))
    {
        throw RequestError("there is no member \"" + member + "\"");
    }
    const std::optional<Coordinate> coordinate = agent.CoordinateOf(member);
    if (!coordinate || !Plausible(*coordinate))
    {
        throw RequestError(agent.CoordinateOf(agent.Name())
                               ? "\"" + member + "\" has told no coordinate yet"
                               : "this agent keeps no coordinates; set coordinates = true under "
                                 "[protocol]");
    }
    return *coordinate;
}

void Rtt(Control& control, const Json& request, const Control::Reply& reply)
{
    const Agent& agent = control.Target().agent;
    std::vector<std::string> members = Texts(request, "members", "[\"m1\", \"m2\"]");
    if (members.size() == 1)
    {
        members.push_back(agent.Name());
    }
    if (members.size() != 2)
    {
        throw RequestError("\"members\" must be one or two");
    }
    Json answer = Success();
    answer["round_trip_ns"] =
        EstimateRtt(CoordinateOf(agent, members[0]), CoordinateOf(agent, members[1])).count();
    reply(answer);
}

void Keys(Control& control, const Json& request, const Control::Reply& reply)
{
    MemberKeys* const keys = control.Target().keys;
    if (keys == nullptr)
    {
        throw RequestError("this agent runs without encryption; it begins with [encryption] "
                           "key_file in agent.toml");
    }
    const std::string action = Text(request, "action");
    if (action != "list")
    {
        const std::optional<SecretKey> key = KeyFromText(Text(request, "key"));
        if (!key)
        {
            throw RequestError("\"key\" must be 16, 24 or 32 bytes in base64");
        }
        if (action != "install" && action != "use" && action != "remove")
        {
            throw RequestError("\"action\" must be list, install, use or remove");
        }
        const Failure wrong = action == "install" ? keys->Install(*key)
                              : action == "use"   ? keys->Use(*key)
                                                  : keys->Remove(*key);
        if (wrong)
        {
            throw RequestError(*wrong);
        }
    }
    Json answer = Success();
    answer["keys"] = Json::array();
    for (const SecretKey& key : keys->List())
    {
        answer["keys"].push_back(KeyToText(key));
    }
    reply(answer);
}

void Impair(Control& control, const Json& request, const Control::Reply& reply)
{
    ImpairedTransport* const impaired = control.Target().impaired;
    if (impaired == nullptr)
    {
        throw RequestError("the network can be impaired only with --stdin-control");
    }
    try
    {
        impaired->SetImpairment(ImpairmentFromJson(Field(request, "impairment")));
    }
    catch (const ImpairmentError& error)
    {
        throw RequestError(error.what());
    }
    reply(Success());
}

constexpr Command COMMANDS[] = {
    {"members", Members},
    {"info", Info},
    {"leave", Leave},
    {"join", Join},
    {"update", Update},
    {"send", Send},
    {"event", Event},
    {"ping", Ping},
    {"rtt", Rtt},
    {"keys", Keys},
    {"impair", Impair},
};

} // namespace

const Command* FindCommand(std::string_view name)
{
    const auto found = std::ranges::find(COMMANDS, name, &Command::name);
    return found == std::end(COMMANDS) ? nullptr : found;
}

} // namespace swim::program
