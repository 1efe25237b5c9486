// SPDX-License-Identifier: MIT
//
// What is in a packet, for who shows it: every message, decoded, in the order in which it lies there.
//
// A node decodes what it acts on and no more, so this is apart from it. It opens the same envelopes
// by the same code and takes the same limits; what a node would refuse is shown as malformed.
#pragma once

#include "swim/envelope.h"
#include "swim/outbox.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace swim
{

/// One message of a packet; its words live until the reader reads the next message.
struct MessageView
{
    std::string_view kind; ///< as traces spell it, such as "ping-req"
    std::optional<std::uint32_t> sequence{};
    std::string_view about{}; ///< whom it names; of a ping who is to answer
    std::optional<std::uint32_t> incarnation{};
    std::string_view accuser{};
    std::size_t bytes = 0;     ///< with its type byte, as it is without compression; 0: it has none
    std::string_view detail{}; ///< `key=value;...`
};

/// Reads what members of one configuration send.
class MessageReader
{
  public:
    using OnMessage = std::function<void(const MessageView&)>;

    /// @param envelope what they wrap messages in
    explicit MessageReader(Envelope::Settings envelope);

    /// @return whether anything could be read
    bool ReadDatagram(wire::ByteView datagram, const OnMessage& onMessage);

    /// Of a push/pull also the rows of its table that tell more than that a member lives since its
    /// start: who is not alive, and who is at a later incarnation than 1.
    bool ReadStream(wire::ByteView message,
                    Envelope::Direction direction,
                    const OnMessage& onMessage);

  private:
    void ReadPart(wire::ByteView part, std::size_t depth, std::size_t& budget);
    void ReadMessage(wire::ByteView message);
    void ReadPushPull(wire::ByteView message);
    bool ReadKnown(wire::MessageType type, wire::ByteView body, MessageView& view);
    void ShowMalformed(std::size_t bytes, Rejection reason);
    std::string& Detail();

    Envelope m_envelope;
    Outbox::Opening m_opening;
    std::string m_detail;
    const OnMessage* m_onMessage = nullptr;
    std::size_t m_shown = 0;
};

} // namespace swim
