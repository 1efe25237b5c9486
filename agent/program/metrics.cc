// SPDX-License-Identifier: MIT
//
// See metrics.h. The names are memberlist's in spirit: what it calls memberlist.udp.sent is
// swim_bytes_total{direction="sent",kind="ping"} and so on.
#include "agent/program/metrics.h"

#include "agent/program/settings.h"
#include "agent/program/status.h"

#include <array>
#include <cstddef>
#include <exception>
#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <span>
#include <string>
#include <vector>

namespace swim::program
{

namespace
{

using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<prometheus::ClientMetric::Label>;

MetricFamily Family(const std::string& name, const std::string& help, MetricType type)
{
    return {.name = "swim_" + name, .help = help, .type = type, .metric = {}};
}

void Add(MetricFamily& family, const Labels& labels, double value)
{
    prometheus::ClientMetric metric;
    metric.label = labels;
    metric.counter.value = value;
    metric.gauge.value = value;
    family.metric.push_back(metric);
}

class Collector : public prometheus::Collectable
{
  public:
    Collector(const Agent& agent, const Reporter& reporter)
        : m_agent(agent),
          m_reporter(reporter)
    {
    }

    std::vector<MetricFamily> Collect() const override
    {
        std::vector<MetricFamily> families;
        AddMembers(families);
        AddGauge(families, "health_score", "Local health; 0 is healthy", m_agent.HealthScore());
        AddGauge(families, "incarnation", "This member's incarnation", m_agent.Incarnation());
        const auto queued = static_cast<double>(m_agent.QueuedUpdates());
        AddGauge(families, "queued_updates", "Updates still gossiped", queued);
        AddEvents(families);
        AddTraffic(families);
        AddCounters(families, "", ProtocolCounters(), m_agent.Count());
        AddCounters(families, "transport_", AllTransportCounters(), m_agent.TransportCount());
        return families;
    }

  private:
    void AddMembers(std::vector<MetricFamily>& families) const
    {
        std::array<double, 4> counts{};
        for (const Member& member : m_agent.Members(ALL_STATES))
        {
            ++counts[static_cast<std::size_t>(member.state)];
        }
        MetricFamily family = Family("members", "Members in the table by state", MetricType::Gauge);
        for (std::size_t i = 0; i < counts.size(); ++i)
        {
            const auto state = static_cast<MemberState>(i);
            Add(family, {{"state", std::string(StateName(state))}}, counts[i]);
        }
        families.push_back(std::move(family));
    }

    static void AddGauge(std::vector<MetricFamily>& families,
                         const std::string& name,
                         const std::string& help,
                         double value)
    {
        families.push_back(Family(name, help, MetricType::Gauge));
        Add(families.back(), {}, value);
    }

    void AddEvents(std::vector<MetricFamily>& families) const
    {
        MetricFamily family =
            Family("events_total", "What the member concluded, by event", MetricType::Counter);
        for (std::size_t i = 0; i < static_cast<std::size_t>(EventKind::REJECTED); ++i)
        {
            const auto kind = static_cast<EventKind>(i);
            Add(family,
                {{"event", std::string(EventKindName(kind))}},
                static_cast<double>(m_reporter.Told(kind)));
        }
        families.push_back(std::move(family));
    }

    void AddTraffic(std::vector<MetricFamily>& families) const
    {
        const TrafficCounts traffic = m_agent.Traffic();
        MetricFamily messages =
            Family("messages_total", "Messages by kind and direction", MetricType::Counter);
        MetricFamily bytes = Family("bytes_total",
                                    "Bytes of messages, without IP, UDP and TCP headers",
                                    MetricType::Counter);
        for (std::size_t i = 0; i < TRAFFIC_KINDS; ++i)
        {
            const auto kind = static_cast<TrafficKind>(i);
            const TrafficCount& count = traffic[kind];
            const std::string name(TrafficKindName(kind));
            const Labels sent{{"kind", name}, {"direction", "sent"}};
            const Labels received{{"kind", name}, {"direction", "received"}};
            Add(messages, sent, static_cast<double>(count.sent));
            Add(messages, received, static_cast<double>(count.received));
            Add(bytes, sent, static_cast<double>(count.sentBytes));
            Add(bytes, received, static_cast<double>(count.receivedBytes));
        }
        families.push_back(std::move(messages));
        families.push_back(std::move(bytes));
    }

    template <typename Counts>
    static void AddCounters(std::vector<MetricFamily>& families,
                            const std::string& prefix,
                            std::span<const NamedCounter<Counts>> counters,
                            const Counts& counts)
    {
        for (const NamedCounter<Counts>& counter : counters)
        {
            families.push_back(
                Family(prefix + counter.name + "_total", counter.meaning, MetricType::Counter));
            Add(families.back(), {}, static_cast<double>(counts.*counter.field));
        }
    }

    const Agent& m_agent;
    const Reporter& m_reporter;
};

} // namespace

MetricsServer::MetricsServer(const std::string& address,
                             const Agent& agent,
                             const Reporter& reporter)
    : m_collector(std::make_shared<Collector>(agent, reporter))
{
    try
    {
        m_exposer = std::make_unique<prometheus::Exposer>(address);
    }
    catch (const std::exception&)
    {
        throw UserError("--metrics " + address +
                        ": cannot listen there; right is a free address such as 127.0.0.1:9100");
    }
    m_exposer->RegisterCollectable(m_collector);
}

MetricsServer::~MetricsServer() = default;

} // namespace swim::program
