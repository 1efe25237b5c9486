// SPDX-License-Identifier: MIT
//
// See control.h.
#include "agent/program/control.h"

namespace swim::program
{

namespace
{

Json Parse(const std::string& line)
{
    try
    {
        Json request = Json::parse(line);
        if (!request.is_object())
        {
            throw RequestError("a request is a JSON object, such as {\"command\": \"members\"}");
        }
        return request;
    }
    catch (const Json::parse_error& error)
    {
        throw RequestError(std::string("the request is no JSON: ") + error.what());
    }
}

const Command& CommandOf(const Json& request)
{
    const auto name = request.find("command");
    const Command* command = name != request.end() && name->is_string()
                                 ? FindCommand(name->get<std::string>())
                                 : nullptr;
    if (command == nullptr)
    {
        throw RequestError(name == request.end() ? "the request names no command"
                                                 : "there is no command " + name->dump());
    }
    return *command;
}

/// @throws RequestError if the request is for another agent
void CheckAddressee(const Json& request, const std::string& name)
{
    const auto meant = request.find("agent");
    if (meant != request.end() && BytesFromJson(*meant) != name)
    {
        throw RequestError("this is the agent " + BytesToJson(name).dump() + ", not " +
                           meant->dump(-1, ' ', false, Json::error_handler_t::replace));
    }
}

} // namespace

Failure FailureOf(Future<void>& asked)
{
    try
    {
        asked.get();
        return std::nullopt;
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
}

Control::Control(ControlTarget target)
    : m_target(std::move(target)),
      m_waiting(WAITING_THREADS)
{
}

Control::~Control()
{
    m_waiting.join();
}

void Control::Handle(const std::string& line,
                     const Reply& reply,
                     const std::function<void()>& watch)
{
    Json id;
    const auto answer = [&id, &reply] {
        return [id, reply](Json with) {
            if (!id.is_null())
            {
                with["id"] = id;
            }
            reply(with);
        };
    };
    try
    {
        const Json request = Parse(line);
        id = request.value("id", Json());
        CheckAddressee(request, m_target.agent.Name());
        if (watch && request.value("command", Json()) == "monitor")
        {
            answer()(Success());
            watch();
            return;
        }
        CommandOf(request).run(*this, request, answer());
    }
    catch (const RequestError& error)
    {
        answer()(Refusal(error.what()));
    }
}

Json Success()
{
    return {{"ok", true}};
}

Json Refusal(const std::string& error)
{
    return {{"ok", false}, {"error", error}};
}

} // namespace swim::program
