// SPDX-License-Identifier: MIT
//
// Names looked up without waiting for them: neither the transport's thread nor its end does.
//
// The system's look-up blocks, for half a minute where a name server is dead, and cannot be called
// off. So each runs in a thread that nobody joins, and that holds nothing but what it shares with
// the asker: when the asker is gone, the answer is dropped.
#pragma once

#include "swim/endpoint.h"
#include "swim/transport.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace swim
{

/// Finds the addresses of a host; may block. @param ipv6 which family, IPv4 otherwise
using LookUpHost = std::function<Transport::Resolution(const HostPort&, bool ipv6)>;

/// Asks the system: its files and name servers.
Transport::Resolution LookUpBySystem(const HostPort& host, bool ipv6);

/// The look-ups of one asker.
class LookUps
{
  public:
    /// Threads at a time; further names wait for one that ends.
    static constexpr std::size_t MAX_THREADS = 4;

    /// @param post runs a task on the asker's thread, where all calls are made; not once this ended
    LookUps(LookUpHost lookUp, std::function<void(Transport::Task)> post);

    /// Nobody is answered any more.
    ~LookUps();

    LookUps(const LookUps&) = delete;
    LookUps& operator=(const LookUps&) = delete;

    void Start(HostPort host, bool ipv6, Transport::OnResolved done);

  private:
    /// A name to be looked up, and for which question.
    struct Request
    {
        std::uint64_t id;
        HostPort host;
        bool ipv6;
    };

    /// What the threads hold.
    struct Shared
    {
        LookUpHost lookUp;
        std::mutex mutex; ///< guards the rest
        /// Tells the asker; null: it is gone.
        std::function<void(std::uint64_t, const Transport::Resolution&)> answer;
        std::deque<Request> waiting;
        std::size_t threads = 0;
    };

    static void Work(const std::shared_ptr<Shared>& shared);
    void OnAnswer(std::uint64_t id, const Transport::Resolution& resolution);

    std::shared_ptr<Shared> m_shared;
    std::map<std::uint64_t, Transport::OnResolved> m_asked;
    std::uint64_t m_lastId = 0;
};

} // namespace swim
