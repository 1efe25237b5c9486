// SPDX-License-Identifier: MIT
//
// Lines of text to a file, a pipe or a terminal that may be slow, full or gone.
//
// The service must not wait for whoever reads its events or for a disk, nor end because of them: a
// thread of its own writes, what does not fit into the queue or cannot be written is counted, and
// as soon as writing works again a notice tells how much was lost.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace swim::program
{

/// Takes lines from any thread, and never waits.
class LineOutput
{
  public:
    /// Bytes that wait at most.
    static constexpr std::size_t QUEUE_BYTES = 16 * 1024 * 1024;

    /// @return the line that tells of lost ones
    using Notice = std::function<std::string(std::uint64_t lost, const std::string& reason)>;

    /// @param descriptor is closed at the end unless it is one of the three standard ones
    LineOutput(int descriptor, Notice notice);

    /// Writes what waits, for a second at most.
    ~LineOutput();

    LineOutput(const LineOutput&) = delete;
    LineOutput& operator=(const LineOutput&) = delete;

    /// From any thread; never waits. @param line ended by a newline
    void Write(std::string line);

    /// Writes to another file from now on; what waits goes there too. From any thread.
    /// @param descriptor as of the constructor
    void Continue(int descriptor);

    /// Opens a file to append to. @throws std::system_error
    static int OpenFile(const std::string& path);

  private:
    void Run();
    void TakeNext();
    bool WriteAll(const std::string& text);
    bool WaitWritable();

    int m_descriptor; ///< the thread's
    const Notice m_notice;
    std::mutex m_mutex;        ///< guards the rest
    std::optional<int> m_next; ///< the descriptor to go on with
    std::condition_variable m_changed;
    std::deque<std::string> m_queue;
    std::size_t m_queuedBytes = 0;
    std::uint64_t m_lost = 0;
    std::string m_reason;
    bool m_torn = false; ///< the last line ended in the middle
    bool m_ending = false;
    std::chrono::steady_clock::time_point m_end{};
    std::thread m_thread;
};

} // namespace swim::program
