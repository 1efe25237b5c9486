// SPDX-License-Identifier: GPL-2.0-only
//
// Reads what the members send from their devices, all in one thread.
#pragma once

#include "lab/emulation/descriptor.h"

#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

namespace swimlab
{

/// Packets of several members, in the order read; one block of memory for all.
struct PacketBatch
{
    struct Part
    {
        std::uint32_t member;
        std::uint32_t begin;
        std::uint32_t size;
    };

    std::vector<Part> parts;
    std::vector<std::uint8_t> bytes;

    std::span<const std::uint8_t> Bytes(const Part& part) const
    {
        return std::span(bytes).subspan(part.begin, part.size);
    }
};

/**
 * The thread sleeps until packets come, and takes at most MOST_PACKETS of one member at a time, so
 * that one who floods does not keep the others waiting.
 */
class DeviceReader
{
  public:
    static constexpr std::uint32_t MOST_PACKETS = 16;

    /**
     * @param devices by member; they outlive this object and do not block
     * @param onPackets called in the thread, with the IPv4 packets that there were
     */
    DeviceReader(const std::vector<int>& devices, std::function<void(PacketBatch)> onPackets);

    /// Ends the thread.
    ~DeviceReader();

    /// Starts the thread.
    void Start();

    DeviceReader(const DeviceReader&) = delete;
    DeviceReader& operator=(const DeviceReader&) = delete;

  private:
    void Run();
    void ReadFrom(std::uint32_t member, PacketBatch& batch) const;

    std::vector<int> m_devices;
    std::function<void(PacketBatch)> m_onPackets;
    Descriptor m_ready;
    Descriptor m_stop;
    std::thread m_thread;
};

} // namespace swimlab
