// SPDX-License-Identifier: MIT
//
// What every fuzz target stands on: one node that knows two others, and what must hold of it
// whatever it was told.
//
// The members are a, b and c: the names of the vectors that seed the corpus, so that mutated
// vectors are about somebody.
#pragma once

#include "swim/node.h"

#include <array>
#include <memory>
#include <vector>

namespace swim::fuzz
{

/// Takes an input apart; past its end everything is zero or empty.
class Input
{
  public:
    Input(const std::uint8_t* data, std::size_t size)
        : m_rest(data, size)
    {
    }

    bool Empty() const
    {
        return m_rest.empty();
    }

    std::uint8_t Byte();

    /// @return the bytes whose number the next two bytes say, or what is left, in a heap block of
    /// just their size: AddressSanitizer sees a read of one byte too many
    std::vector<std::uint8_t> Block();

    /// @return all that is left, likewise
    std::vector<std::uint8_t> Rest();

  private:
    std::vector<std::uint8_t> Take(std::size_t size);

    wire::ByteView m_rest;
};

class Scene
{
  public:
    /// @param choice picks the preset and which of the members the node is
    explicit Scene(std::uint8_t choice);

    /// Lets as much time pass as the code says: from none to past every time-out.
    void Wait(std::uint8_t code);

    /// To be called after each input of the node: aborts if the node or what it sent is not sane.
    /// @param heard the size of the input, which bounds what it may cause
    void Check(std::size_t heard);

    Node& Self()
    {
        return *m_node;
    }

    Outbox& Out()
    {
        return m_out;
    }

    Instant Now() const
    {
        return m_now;
    }

    static Address AddressOf(std::size_t member);

  private:
    void CheckDatagram(wire::ByteView datagram) const;

    std::shared_ptr<const Config> m_config;
    Directory m_directory;
    std::unique_ptr<Node> m_node;
    Outbox m_out;
    Instant m_now{};
    std::size_t m_heard = 0;         ///< bytes in all
    std::uint32_t m_incarnation = 0; ///< the node's, at the last check
};

/// @return whether a datagram is one that memberlist reads: whole messages, maybe in a compound,
/// maybe behind a CRC
bool Readable(wire::ByteView datagram);

} // namespace swim::fuzz
