// SPDX-License-Identifier: MIT
//
// See memory-network.h.
#include "swim/memory-network.h"

#include "swim/agent.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace swim
{

namespace
{

/// True while it lives, whatever is thrown meanwhile.
class Running
{
  public:
    explicit Running(bool& running)
        : m_running(running)
    {
        m_running = true;
    }

    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    ~Running()
    {
        m_running = false;
    }

  private:
    bool& m_running;
};

} // namespace

class MemoryNetwork::Place : public Transport
{
  public:
    Place(MemoryNetwork& network, const Address& address)
        : m_network(network),
          m_address(address)
    {
    }

    ~Place() override
    {
        Stop();
    }

    Address LocalAddress() const override
    {
        return m_address;
    }

    Instant Now() const override
    {
        return m_network.m_now;
    }

    void Start(Handler& handler) override
    {
        if (std::ranges::find(m_network.m_started, m_address, &Place::m_address) !=
            m_network.m_started.end())
        {
            throw AgentError("an agent is at " + FormatAddress(m_address) +
                             " of the network in memory already; attach each at an address of its "
                             "own");
        }
        m_network.m_started.push_back(this);
        m_handler = &handler;
        Post([this] {
            m_network.m_places.push_back(this);
            m_handler->OnStart();
        });
    }

    void Stop() override
    {
        std::erase(m_network.m_started, this);
        std::erase(m_network.m_places, this);
        m_life.reset();
        // What was to be done for this place is not; whoever waits for it is told so.
        std::vector<Pending> dropped; // which go when nobody walks the list
        for (auto entry = m_network.m_pending.begin(); entry != m_network.m_pending.end();)
        {
            const auto here = entry++;
            if (here->second.place == this)
            {
                dropped.push_back(std::move(here->second));
                m_network.m_pending.erase(here);
            }
        }
        m_opened.clear();
    }

    void Post(Task task) override
    {
        m_network.ScheduleAt(*this, Duration::zero(), std::move(task));
    }

    /// The caller's thread is the transport's while the network runs.
    bool OnThread() const override
    {
        return m_network.m_running;
    }

    bool GoesOn() const override
    {
        return false;
    }

    void SendDatagram(const Address& to, ByteView datagram) override
    {
        m_network.Schedule(LATENCY,
                           [&network = m_network,
                            to,
                            from = m_address,
                            bytes = Bytes(datagram.begin(), datagram.end())] {
                               if (Place* const place = network.At(to))
                               {
                                   place->m_handler->OnDatagram(from, bytes);
                               }
                           });
    }

    void OpenStream(std::uint32_t id, const Address& to, Bytes bytes, bool awaitsAnswer) override
    {
        m_opened.insert(id);
        const std::weak_ptr<Place*> life = m_life;
        const auto reply = [&network = m_network, life](Task task) {
            network.Schedule(LATENCY, [life, task = std::move(task)] {
                if (!life.expired())
                {
                    task();
                }
            });
        };
        m_network.Schedule(
            LATENCY,
            [this,
             &network = m_network,
             reply,
             id,
             from = m_address,
             to,
             bytes = std::move(bytes),
             awaitsAnswer] {
                Place* const place = network.At(to);
                if (place == nullptr)
                {
                    reply([this, id] { End(id, nullptr, "Connection refused"); });
                    return;
                }
                if (place == this)
                {
                    m_toItself.insert(id);
                }
                place->Handle([this, place, reply, id, from, bytes, awaitsAnswer] {
                    const auto answer = place->m_handler->OnRequest(from, bytes);
                    const bool good = answer && (!answer->empty() || !awaitsAnswer);
                    reply([this, id, good, answer] {
                        End(id, good ? &*answer : nullptr, "the other side closed the connection");
                    });
                });
            });
    }

    void HoldRequests(bool hold) override
    {
        m_holdsRequests = hold;
        if (!hold)
        {
            for (const Task& request : std::exchange(m_held, {}))
            {
                request();
            }
        }
    }

    void AbortStream(std::uint32_t id) override
    {
        m_opened.erase(id);
        m_toItself.erase(id);
    }

    bool AnsweredItself(std::uint32_t id) const override
    {
        return m_toItself.contains(id);
    }

    void WakeAt(Instant when) override
    {
        m_wakeUp = when;
        const Duration delay = std::max(when - m_network.m_now, Duration::zero());
        m_network.ScheduleAt(*this, delay, [this, when] {
            if (m_wakeUp == when)
            {
                m_wakeUp = NEVER;
                m_handler->OnWakeUp();
            }
        });
    }

    void Resolve(const std::string& text, OnResolved done) override
    {
        const auto endpoint = ParseHostPort(text);
        const auto address = endpoint ? NumericAddress(*endpoint) : std::nullopt;
        const Resolution resolution =
            address ? Resolution{{*address}, {}}
                    : Resolution{{},
                                 endpoint ? "a network in memory looks up no names; give an address"
                                          : NOT_AN_ADDRESS};
        Post([done = std::move(done), resolution] { done(resolution); });
    }

  private:
    friend class MemoryNetwork;

    /// Now, or when requests are held no more.
    void Handle(Task request)
    {
        if (m_holdsRequests)
        {
            m_held.push_back(std::move(request));
            return;
        }
        request();
    }

    /// @param answer null: it failed
    void End(std::uint32_t id, const Bytes* answer, const char* reason)
    {
        if (m_opened.erase(id) == 0)
        {
            return; // aborted
        }
        if (answer == nullptr)
        {
            m_handler->OnStreamFailed(id, reason);
            return;
        }
        m_handler->OnAnswer(id, *answer);
        m_toItself.erase(id);
    }

    MemoryNetwork& m_network;
    Address m_address;
    Handler* m_handler = nullptr;
    std::set<std::uint32_t> m_opened;
    std::set<std::uint32_t> m_toItself; ///< streams that led back to this place, until they end
    bool m_holdsRequests = false;
    std::vector<Task> m_held;
    Instant m_wakeUp = NEVER;
    /// Expires when the place stops: what is scheduled for it is then not run.
    std::shared_ptr<Place*> m_life = std::make_shared<Place*>(this);
};

MemoryNetwork::MemoryNetwork() = default;

MemoryNetwork::~MemoryNetwork() = default;

std::unique_ptr<Transport> MemoryNetwork::Attach(const Address& address)
{
    return std::make_unique<Place>(*this, address);
}

void MemoryNetwork::RunFor(Duration time)
{
    if (m_running)
    {
        throw AgentError("what happens on the network in memory cannot turn its clock: RunFor is "
                         "under way");
    }
    if (time < Duration::zero())
    {
        throw AgentError("RunFor(" + FormatDuration(time) + "): time does not run backwards");
    }
    const Running running(m_running);
    const Instant end = m_now + time;
    while (!m_pending.empty() && m_pending.begin()->first.first <= end)
    {
        const auto next = m_pending.extract(m_pending.begin());
        m_now = next.key().first;
        next.mapped().task();
    }
    m_now = end;
}

void MemoryNetwork::Schedule(Duration delay, Transport::Task task)
{
    m_pending.emplace(std::pair(m_now + delay, m_scheduled++), Pending{nullptr, std::move(task)});
}

void MemoryNetwork::ScheduleAt(Place& place, Duration delay, Transport::Task task)
{
    if (place.m_life)
    {
        m_pending.emplace(std::pair(m_now + delay, m_scheduled++),
                          Pending{&place, std::move(task)});
    }
}

MemoryNetwork::Place* MemoryNetwork::At(const Address& address) const
{
    const auto found = std::ranges::find(m_places, address, &Place::m_address);
    return found == m_places.end() ? nullptr : *found;
}

} // namespace swim
