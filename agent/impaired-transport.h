// SPDX-License-Identifier: MIT
//
// A bad network between an agent and its real one: loses, delays, doubles, holds back and blocks.
//
// For experiments on machines whose own network is too good. The decorator sits between the agent
// and its transport, so real sockets carry what it lets through, and takes its chances from a seed.
// Datagrams suffer as packets do. Streams suffer as TCP shows it to who uses it: nothing is
// missing, everything is later. A transport hears of a stream only when its message is whole, so
// who opens a stream plays both of its ends, and is told what the other one suffers.
#pragma once

#include "agent/impairment.h"
#include "swim/rng.h"
#include "swim/transport.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// Another transport behind a bad network; itself a transport, and what the inner one talks to.
class ImpairedTransport : public Transport, private Transport::Handler
{
  public:
    /// Without any impairment at first.
    explicit ImpairedTransport(std::unique_ptr<Transport> inner);
    ~ImpairedTransport() override;

    /// Replaces all that was set before. What is on its way stays so. From any thread.
    void SetImpairment(Impairment impairment);

    Address LocalAddress() const override;
    Instant Now() const override;
    void Start(Transport::Handler& handler) override;
    void Stop() override;
    void Post(Task task) override;
    bool OnThread() const override;
    bool GoesOn() const override;
    void SendDatagram(const Address& to, ByteView datagram) override;
    void OpenStream(std::uint32_t id, const Address& to, Bytes bytes, bool awaitsAnswer) override;
    void AbortStream(std::uint32_t id) override;
    bool AnsweredItself(std::uint32_t id) const override;
    void WakeAt(Instant when) override;
    void Resolve(const std::string& text, OnResolved done) override;
    TransportCounters Count() const override;

  private:
    /// A stream of ours that is not over.
    struct Stream
    {
        Address to;
        Bytes bytes; ///< until it is open
        bool awaitsAnswer = false;
        bool open = false; ///< the inner transport has it
    };

    /// Of a stream: to whom it was opened, and back.
    enum class Way
    {
        THERE,
        BACK,
    };

    void OnStart() override;
    void OnDatagram(const Address& from, ByteView datagram) override;
    void OnSendRefused(const Address& to) override;
    std::optional<Bytes> OnRequest(const Address& from, ByteView message) override;
    void OnAnswer(std::uint32_t id, ByteView message) override;
    void OnStreamFailed(std::uint32_t id, const std::string& reason) override;
    void OnWakeUp() override;
    void OnForbidden(const Address& from) override;

    void BeginStall();
    void EndStall();

    /// Hands it to the handler, or keeps it while stalled as far as a socket would.
    void Deliver(const Address& from, ByteView datagram);

    /// Tells the handler how the stream ended, now or when the stall ends; unless it is aborted.
    void End(std::uint32_t id, Task tell);

    bool Draws(double share);
    Duration Jitter(Duration most);
    bool IsBlocked(const Address& peer, bool Block::*direction, bool Block::*carrier) const;
    bool IsStreamBlocked(const Address& peer) const;

    /// How late each copy comes that comes at all.
    std::vector<Duration> Copies(const PathImpairment& path);

    double SegmentLoss(const Address& peer, Way way) const;
    Duration SegmentDelay(const Address& peer, Way way);

    /// How late a message of that size is whole.
    Duration MessageDelay(const Address& peer, std::size_t size, Way way);

    /// SYN there and SYN-ACK back, or once more later.
    void Connect(std::uint32_t id, int attempt);

    /// Lets the inner transport carry the stream.
    void Request(std::uint32_t id);

    /// @param itself whether the stream led back to this member
    void Answer(std::uint32_t id, bool itself, ByteView message);

    /// Delivers what ends a stream, once no block is in the way.
    void Finish(std::uint32_t id, int attempt, const Task& deliver);

    void After(Duration delay, Task task);
    void Arm();

    std::unique_ptr<Transport> m_inner;
    Transport::Handler* m_handler = nullptr;
    Impairment m_impairment;
    Rng m_rng;
    std::map<std::uint32_t, Stream> m_streams;
    std::optional<std::uint32_t> m_answeredItself; ///< while the handler is told of the answer
    std::multimap<Instant, Task> m_pending;        ///< of one instant in the order of scheduling
    bool m_stalled = false;
    std::vector<Task> m_blocked;    ///< sends, for when the stall ends
    std::vector<Task> m_waiting;    ///< what has arrived, likewise
    std::size_t m_waitingBytes = 0; ///< of datagrams
    std::atomic<std::uint64_t> m_overflows = 0;
    Instant m_wakeUp = NEVER; ///< the handler's
    Instant m_armed = NEVER;  ///< the inner transport's
};

} // namespace swim
