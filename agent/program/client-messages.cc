// SPDX-License-Identifier: MIT
//
// Commands that send messages: send, event.
#include "agent/program/client.h"

#include <memory>
#include <string>

namespace swim::program
{

namespace
{

struct Message
{
    std::string to;
    std::string name;
    std::string payload;
    bool datagram = false;
};

void AddSend(CLI::App& app)
{
    const auto message = std::make_shared<Message>();
    CLI::App& send = AddClientCommand(
        app,
        "send",
        "send a message to one member",
        [message](const ClientOptions& options) {
            PrintedAsJson(options,
                          Ask(options,
                              {{"command", "send"},
                               {"to", BytesToJson(message->to)},
                               {"payload", BytesToJson(message->payload)},
                               {"delivery", message->datagram ? "datagram" : "stream"}}));
        });
    send.add_option("to", message->to, "the member's name")->required();
    send.add_option("payload", message->payload, "the message")->required();
    send.add_flag("--datagram", message->datagram, "by a datagram, which may be lost");
}

void AddEvent(CLI::App& app)
{
    const auto message = std::make_shared<Message>();
    CLI::App& event =
        AddClientCommand(app,
                         "event",
                         "gossip an event to all members",
                         [message](const ClientOptions& options) {
                             PrintedAsJson(options,
                                           Ask(options,
                                               {{"command", "event"},
                                                {"name", BytesToJson(message->name)},
                                                {"payload", BytesToJson(message->payload)}}));
                         });
    event.add_option("event", message->name, "the event's name")->required();
    event.add_option("payload", message->payload, "what goes with it");
}

} // namespace

void AddMessageCommands(CLI::App& app)
{
    AddSend(app);
    AddEvent(app);
}

} // namespace swim::program
