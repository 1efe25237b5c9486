// SPDX-License-Identifier: MIT
//
// See client.h.
#include "agent/program/client.h"

#include "agent/program/control-path.h"
#include "agent/program/settings.h"

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <cstddef>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace swim::program
{

namespace
{

using Protocol = asio::local::stream_protocol;

/// A connection to the agent, for one request.
class Connection
{
  public:
    /// @param name of the agent that is meant; nothing: whoever listens there
    explicit Connection(std::string path, std::optional<std::string> name = {})
        : m_path(std::move(path)),
          m_name(std::move(name))
    {
        try
        {
            const SocketAddress address(m_path);
            m_socket.connect(Protocol::endpoint(address.Path()));
        }
        catch (const std::system_error& error)
        {
            throw UserError("no agent to talk to at " + m_path + ": " + error.code().message());
        }
    }

    /// @return the answer, which names its agent
    Json Ask(Json request)
    {
        if (m_name)
        {
            request["agent"] = BytesToJson(*m_name);
        }
        asio::error_code error;
        asio::write(m_socket, asio::buffer(Line(request)), error);
        const std::optional<std::string> line = ReadLine();
        if (!line)
        {
            throw UserError("the agent at " + m_path + " ended before it answered");
        }
        Json answer = Json::parse(*line);
        if (!answer.value("ok", false))
        {
            throw UserError(answer.value("error", *line));
        }
        if (m_name && BytesFromJson(answer.value("agent", Json())) != m_name)
        {
            throw UserError("the agent at " + m_path + " is another than the one named " + *m_name);
        }
        return answer;
    }

    /// @return nothing at the end
    std::optional<std::string> ReadLine()
    {
        asio::error_code error;
        const std::size_t size =
            asio::read_until(m_socket, asio::dynamic_buffer(m_text), '\n', error);
        if (error)
        {
            return std::nullopt;
        }
        const std::string line = m_text.substr(0, size - 1);
        m_text.erase(0, size);
        return line;
    }

  private:
    std::string m_path;
    std::optional<std::string> m_name;
    asio::io_context m_io;
    Protocol::socket m_socket{m_io};
    std::string m_text;
};

/// As a user may type it.
std::string Quoted(const std::string& name)
{
    const bool plain = name.find_first_of(" \t\n\"'\\$`%") == std::string::npos;
    return plain ? name : Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The one agent that there is. @throws UserError if there is none, or more than one
std::string OnlyControlPath()
{
    const std::vector<RunningAgent> running = RunningAgents();
    if (running.empty())
    {
        throw UserError("no agent of this user runs; start one with swim-agent run, or say where "
                        "its socket is with --control PATH");
    }
    if (running.size() == 1)
    {
        return running.front().path;
    }
    std::string names;
    for (const RunningAgent& agent : running)
    {
        const Json answer = agent.name ? Json() : Connection(agent.path).Ask({{"command", "info"}});
        const std::optional<std::string> name =
            agent.name ? agent.name : BytesFromJson(answer.value("agent", Json()));
        names += " " + (name ? Quoted(*name) : agent.path);
    }
    throw UserError("several agents run; say which with --name:" + names);
}

/// Of UTF-8, whose further bytes are none of their own.
std::size_t Characters(const std::string& text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char character) {
        return (static_cast<unsigned char>(character) & 0xc0) != 0x80;
    }));
}

Connection ConnectTo(const ClientOptions& options)
{
    const std::string path = !options.control.empty() ? options.control
                             : options.name           ? ControlPathOf(*options.name)
                                                      : OnlyControlPath();
    return Connection(path, options.name);
}

} // namespace

CLI::App& AddClientCommand(CLI::App& app,
                           const std::string& name,
                           const std::string& description,
                           std::function<void(const ClientOptions&)> run)
{
    CLI::App& command = *app.add_subcommand(name, description);
    const auto options = std::make_shared<ClientOptions>();
    command.add_option("--name", options->name, "the agent to talk to, where several run");
    command.add_option("--control", options->control, "the path of its control socket");
    command.add_flag("--json", options->json, "print JSON, for programs");
    command.callback([options, run = std::move(run)] { run(*options); });
    return command;
}

Json Ask(const ClientOptions& options, const Json& request)
{
    return ConnectTo(options).Ask(request);
}

Json AskAndWatch(const ClientOptions& options,
                 const Json& request,
                 const std::function<void(const std::string&)>& onLine)
{
    Connection connection = ConnectTo(options);
    const Json answer = connection.Ask(request);
    while (const std::optional<std::string> line = connection.ReadLine())
    {
        onLine(*line);
    }
    return answer;
}

bool PrintedAsJson(const ClientOptions& options, Json answer)
{
    if (options.json)
    {
        answer.erase("ok");
        answer.erase("agent");
        std::cout << Line(answer);
    }
    return options.json;
}

void PrintTable(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const std::vector<std::string>& row : rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            widths[i] = std::max(widths[i], Characters(row[i]));
        }
    }
    for (const std::vector<std::string>& row : rows)
    {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            line += row[i] + std::string(widths[i] - Characters(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        std::cout << line << "\n";
    }
}

std::string Milliseconds(const Json& nanoseconds)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.3f ms", nanoseconds.get<double>() / 1e6);
    return text;
}

} // namespace swim::program
