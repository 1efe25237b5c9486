// SPDX-License-Identifier: MIT
//
// See user-events.h.
#include "agent/program/user-events.h"

#include "swim/serf.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace swim::program
{

namespace
{

constexpr const char* NAME_KEY = "swim-agent-event";

std::string_view Text(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

Future<void> SendUserEvent(Agent& agent, const std::string& name, const Bytes& payload)
{
    if (agent.AmongSerf())
    {
        return agent.SendSerfEvent(name, payload);
    }
    const Json event{{NAME_KEY, BytesToJson(name)}, {"payload", BytesToJson(Text(payload))}};
    const std::string text = event.dump(-1, ' ', false, Json::error_handler_t::replace);
    return agent.Broadcast({text.begin(), text.end()});
}

UserMessage ReadBroadcast(const BroadcastMessage& message)
{
    const Json json = Json::parse(Text(message.payload), nullptr, false);
    if (!json.is_object() || !json.contains(NAME_KEY) || !json.contains("payload"))
    {
        return {.kind = "message",
                .fields = {{"from", BytesToJson(message.from)},
                           {"payload", BytesToJson(Text(message.payload))}}};
    }
    return {.kind = "user-event",
            .fields = {{"from", BytesToJson(message.from)},
                       {"name", json[NAME_KEY]},
                       {"payload", json["payload"]}}};
}

UserMessage ReadUserMessage(ByteView message, SerfPeers serf)
{
    const std::optional<serf::Message> serfs =
        serf == SerfPeers::NO ? std::nullopt : serf::Decode(message);
    if (!serfs)
    {
        return {.kind = "message", .fields = {{"payload", BytesToJson(Text(message))}}};
    }
    const auto* event = std::get_if<serf::Event>(&*serfs);
    return event == nullptr
               ? UserMessage{}
               : UserMessage{.kind = "user-event",
                             .fields = {{"name", BytesToJson(event->name)},
                                        {"payload", BytesToJson(Text(event->payload))}}};
}

} // namespace swim::program
