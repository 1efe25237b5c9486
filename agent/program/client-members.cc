// SPDX-License-Identifier: MIT
//
// Commands about the members and about being one: members, info, monitor, join, leave, update, rtt,
// ping.
#include "agent/program/client.h"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace swim::program
{

namespace
{

/// Metadata for people: tags as `role=db`, other bytes in hexadecimal digits.
std::string MetaText(const Json& member)
{
    if (!member.contains("tags"))
    {
        const Json& meta = member.at("meta");
        return meta.is_string() ? meta.get<std::string>() : meta.at("hex").get<std::string>();
    }
    std::string text;
    for (const auto& [tag, value] : member.at("tags").items())
    {
        text += (text.empty() ? "" : ",") + tag + "=" + value.get<std::string>();
    }
    return text;
}

void Members(const ClientOptions& options)
{
    const Json answer = Ask(options, {{"command", "members"}});
    if (PrintedAsJson(options, answer))
    {
        return;
    }
    std::vector<std::vector<std::string>> rows{
        {"NAME", "ADDRESS", "STATE", "INCARNATION", "ROUND TRIP", "METADATA"}};
    for (const Json& member : answer.at("members"))
    {
        rows.push_back(
            {Printable(member.at("name")),
             member.at("address"),
             member.at("state"),
             member.at("incarnation").dump(),
             member.contains("round_trip_ns") ? Milliseconds(member["round_trip_ns"]) : "-",
             Printable(MetaText(member))});
    }
    PrintTable(rows);
}

void Info(const ClientOptions& options)
{
    const Json answer = Ask(options, {{"command", "info"}});
    if (PrintedAsJson(options, answer))
    {
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [key, value] : answer.items())
    {
        if (key == "traffic" || key == "counters" || key == "transport" || key == "ok")
        {
            continue;
        }
        rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    for (const char* group : {"counters", "transport"})
    {
        for (const auto& [key, value] : answer.at(group).items())
        {
            rows.push_back({key, value.dump()});
        }
    }
    PrintTable(rows);
    rows = {{"\nMESSAGES", "SENT", "BYTES", "RECEIVED", "BYTES"}};
    for (const auto& [kind, counts] : answer.at("traffic").items())
    {
        std::vector<std::string> row{kind};
        for (const Json& count : counts)
        {
            row.push_back(count.dump());
        }
        rows.push_back(row);
    }
    PrintTable(rows);
}

/// An event for people: the time of day, what happened, to whom, and by whose word.
std::string EventText(const Json& event)
{
    const std::string time = event.value("time", std::string());
    std::string text = time.substr(time.find('T') + 1, 12) + "  " + event.value("event", "?");
    for (const auto& [key, value] : event.items())
    {
        if (key != "event" && key != "time" && key != "monotonic_ns")
        {
            text +=
                "  " + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
        }
    }
    return text;
}

void Monitor(const ClientOptions& options)
{
    AskAndWatch(options, {{"command", "monitor"}}, [&](const std::string& line) {
        if (options.json)
        {
            std::cout << line << std::endl;
            return;
        }
        const Json event = Json::parse(line);
        const std::string kind = event.value("event", "");
        if (kind != "traffic" && kind != "counters" && kind != "answer")
        {
            std::cout << Printable(EventText(event)) << std::endl;
        }
    });
}

void PrintRoundTrip(const ClientOptions& options, const Json& request)
{
    const Json answer = Ask(options, request);
    if (!PrintedAsJson(options, answer))
    {
        std::cout << Milliseconds(answer.at("round_trip_ns")) << "\n";
    }
}

void AddPings(CLI::App& app)
{
    const auto members = std::make_shared<std::vector<std::string>>();
    AddClientCommand(app,
                     "rtt",
                     "estimate a round trip from network coordinates: to A, or between A and B",
                     [members](const ClientOptions& options) {
                         PrintRoundTrip(options, {{"command", "rtt"}, {"members", *members}});
                     })
        .add_option("member", *members, "A, or A and B")
        ->required()
        ->expected(1, 2);

    const auto member = std::make_shared<std::string>();
    AddClientCommand(
        app,
        "ping",
        "measure the round trip to a member",
        [member](const ClientOptions& options) {
            PrintRoundTrip(options, {{"command", "ping"}, {"member", BytesToJson(*member)}});
        })
        .add_option("member", *member, "its name, or \"host:port\"")
        ->required();
}

} // namespace

void AddMemberCommands(CLI::App& app)
{
    AddClientCommand(app, "members", "list the members that the agent remembers", Members);
    AddClientCommand(app, "info", "what the agent is, has done and has met", Info);
    AddClientCommand(app, "monitor", "print events as they happen, until Ctrl-C", Monitor);

    const auto addresses = std::make_shared<std::vector<std::string>>();
    AddClientCommand(
        app,
        "join",
        "join the clusters of these members",
        [addresses](const ClientOptions& options) {
            const Json answer = Ask(options, {{"command", "join"}, {"addresses", *addresses}});
            if (!PrintedAsJson(options, answer))
            {
                std::cout << answer.at("contacted") << " answered\n";
            }
        })
        .add_option("address", *addresses, "\"host:port\" or a name; several at once")
        ->required();

    const auto timeout = std::make_shared<std::string>("5s");
    AddClientCommand(app,
                     "leave",
                     "leave the cluster in good order, and end the agent",
                     [timeout](const ClientOptions& options) {
                         PrintedAsJson(options,
                                       AskAndWatch(options,
                                                   {{"command", "leave"}, {"timeout", *timeout}},
                                                   [](const std::string&) {}));
                     })
        .add_option("--timeout", *timeout, "how long the news may take; default: 5s");

    const auto meta = std::make_shared<std::string>();
    AddClientCommand(app,
                     "update",
                     "change the agent's metadata",
                     [meta](const ClientOptions& options) {
                         PrintedAsJson(
                             options,
                             Ask(options, {{"command", "update"}, {"meta", BytesToJson(*meta)}}));
                     })
        .add_option("meta", *meta, "a text of at most 512 bytes, as datagrams have room")
        ->required();
    AddPings(app);
}

} // namespace swim::program
