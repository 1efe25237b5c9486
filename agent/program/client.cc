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
    explicit Connection(const ClientOptions& options)
        : m_path(options.control.empty() ? FindControlPath(options.name) : options.control)
    {
        try
        {
            m_socket.connect(Protocol::endpoint(m_path));
        }
        catch (const std::system_error& error)
        {
            throw UserError("no agent to talk to at " + m_path + ": " + error.code().message());
        }
    }

    Json Ask(const Json& request)
    {
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
    asio::io_context m_io;
    Protocol::socket m_socket{m_io};
    std::string m_text;
};

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
    return Connection(options).Ask(request);
}

Json AskAndWatch(const ClientOptions& options,
                 const Json& request,
                 const std::function<void(const std::string&)>& onLine)
{
    Connection connection(options);
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
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const std::vector<std::string>& row : rows)
    {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
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
