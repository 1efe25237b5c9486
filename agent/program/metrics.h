// SPDX-License-Identifier: MIT
//
// The agent's counts for Prometheus, over HTTP at an address of the user's choice.
#pragma once

#include "agent/program/reporter.h"

#include <memory>
#include <string>

namespace prometheus
{
class Collectable;
class Exposer;
} // namespace prometheus

namespace swim::program
{

/// Serves them for as long as it lives, on threads of its own.
class MetricsServer
{
  public:
    /// Serves http://ADDRESS/metrics. @throws UserError if it cannot listen there
    MetricsServer(const std::string& address, const Agent& agent, const Reporter& reporter);
    ~MetricsServer();

  private:
    std::shared_ptr<prometheus::Collectable> m_collector; ///< computes everything when scraped
    std::unique_ptr<prometheus::Exposer> m_exposer;
};

} // namespace swim::program
