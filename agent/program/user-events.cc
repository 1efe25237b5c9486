// SPDX-License-Identifier: MIT
//
// See user-events.h.
#include "agent/program/user-events.h"

#include "swim/serf.h"

#include <cstdio>
#include <future>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <variant>

namespace swim::program
{

namespace
{

constexpr const char* ID_KEY = "swim-agent-event";

std::string_view Text(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string RandomId()
{
    std::random_device device;
    char id[17];
    std::snprintf(id, sizeof id, "%08x%08x", device(), device());
    return id;
}

} // namespace

Future<void> UserEvents::Send(Agent& agent, const std::string& name, const Bytes& payload)
{
    if (agent.AmongSerf())
    {
        return agent.SendSerfEvent(name, payload);
    }
    const Json event{{ID_KEY, RandomId()}, {"name", name}, {"payload", BytesToJson(Text(payload))}};
    const std::string text = event.dump(-1, ' ', false, Json::error_handler_t::replace);
    return agent.Broadcast({text.begin(), text.end()});
}

UserEvents::Heard UserEvents::Hear(ByteView message)
{
    const std::optional<serf::Message> serfs =
        m_serf == SerfPeers::NO ? std::nullopt : serf::Decode(message);
    if (serfs)
    {
        const auto* event = std::get_if<serf::Event>(&*serfs);
        return event == nullptr ? Heard{}
                                : Heard{.kind = "user-event",
                                        .fields = {{"name", BytesToJson(event->name)},
                                                   {"payload", BytesToJson(Text(event->payload))}}};
    }
    const Json json = Json::parse(Text(message), nullptr, false);
    if (!json.is_object() || !json.contains(ID_KEY) || !json[ID_KEY].is_string() ||
        !json.contains("name") || !json.contains("payload"))
    {
        return {.kind = "message", .fields = {{"payload", BytesToJson(Text(message))}}};
    }
    if (!IsNew(json[ID_KEY].get<std::string>()))
    {
        return {};
    }
    return {.kind = "user-event",
            .fields = {{"name", json["name"]}, {"payload", json["payload"]}},
            .passOn = true};
}

bool UserEvents::IsNew(const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    if (!m_ids.insert(id).second)
    {
        return false;
    }
    m_byAge.push_back(id);
    if (m_byAge.size() > MOST_IDS)
    {
        m_ids.erase(m_byAge.front());
        m_byAge.pop_front();
    }
    return true;
}

} // namespace swim::program
