// SPDX-License-Identifier: MIT
//
// The trace of one member: a row for each message that it sent or received, and for each decision.
//
// The columns are those of a laboratory's trace.csv (docs/trace.md), as one member sees them: it
// knows what it sent and not whether that arrived, and of others the addresses. Times are
// CLOCK_MONOTONIC's, which all processes of a machine share; a packet goes by a hash of its bytes, by
// which whoever has the traces of two members finds it in both.
#pragma once

#include "agent/program/line-output.h"
#include "swim/cipher.h"
#include "swim/config.h"
#include "swim/message-reader.h"
#include "swim/trace-row.h"
#include "swim/tracer.h"

#include <memory>
#include <string>

namespace swim::program
{

/// Writes a trace while the agent goes on.
class TraceFile : public Tracer
{
  public:
    /// What it writes of whom.
    struct Options
    {
        std::string path;
        bool packets = false; ///< the bytes of each packet too, in hexadecimal: the column `wire`
        std::string name;     ///< the member's
        const Config& config;
        std::shared_ptr<Cipher> cipher; ///< null: no encryption
    };

    /// Goes on where the file ends. @throws std::system_error
    explicit TraceFile(const Options& options);

    void OnPacket(const TracedPacket& packet) override;
    void OnDecision(const TracedDecision& decision) override;

  private:
    void AddPacketRow(const TracedPacket& packet, const MessageView& message, std::string& text);

    const bool m_packets;
    const std::string m_name;
    MessageReader m_reader;
    bool m_first = false; ///< the next row is the first of its packet
    std::string m_peer;   ///< of the packet being written
    std::string m_detail;
    LineOutput m_output;
};

} // namespace swim::program
