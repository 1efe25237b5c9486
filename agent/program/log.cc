// SPDX-License-Identifier: MIT
//
// See log.h.
#include "agent/program/log.h"

#include "agent/program/line-output.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <string>
#include <unistd.h>

namespace swim::program
{

namespace
{

class OutputSink : public spdlog::sinks::base_sink<std::mutex>
{
  public:
    explicit OutputSink(int descriptor)
        : m_output(descriptor, [](std::uint64_t lost, const std::string& reason) {
              return std::to_string(lost) + " lines of the log were lost: " + reason + "\n";
          })
    {
    }

    void Continue(int descriptor)
    {
        m_output.Continue(descriptor);
    }

  private:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        spdlog::memory_buf_t text;
        formatter_->format(message, text);
        m_output.Write({text.data(), text.size()});
    }

    void flush_() override
    {
    }

    LineOutput m_output;
};

int Open(const std::string& file)
{
    return file.empty() ? STDERR_FILENO : LineOutput::OpenFile(file);
}

} // namespace

void OpenLog(const std::string& file, const std::string& level)
{
    const auto logger =
        std::make_shared<spdlog::logger>("swim-agent", std::make_shared<OutputSink>(Open(file)));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
    spdlog::set_default_logger(logger);
    SetLogLevel(level);
}

void ReopenLog(const std::string& file)
{
    static_cast<OutputSink&>(*spdlog::default_logger()->sinks().front()).Continue(Open(file));
}

void SetLogLevel(const std::string& level)
{
    spdlog::set_level(spdlog::level::from_str(level));
}

void CloseLog()
{
    spdlog::shutdown();
}

} // namespace swim::program
