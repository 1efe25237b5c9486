// SPDX-License-Identifier: GPL-2.0-only
//
// The memory that a run may have is what its control groups leave, of either version, and not the
// machine's.
#include "lab/backend/memory.h"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace swimlab
{
namespace
{

class AvailableMemory : public testing::Test
{
  protected:
    void SetUp() override
    {
        m_root = std::filesystem::path(testing::TempDir()) /
                 ("swimlab-memory-" + std::to_string(getpid()));
        Write("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n");
    }

    void TearDown() override
    {
        std::filesystem::remove_all(m_root);
    }

    void Write(const std::string& name, const std::string& text)
    {
        std::filesystem::create_directories((m_root / name).parent_path());
        std::ofstream(m_root / name) << text;
    }

    std::filesystem::path m_root;
};

TEST_F(AvailableMemory, IsTheMachinesWithoutLimits)
{
    EXPECT_EQ(AvailableMemoryBytes(m_root), 8000000ULL * 1024);
    Write("proc/self/cgroup", "0::/\n");
    Write("sys/fs/cgroup/memory.max", "max\n");
    Write("sys/fs/cgroup/memory.current", "5\n");
    EXPECT_EQ(AvailableMemoryBytes(m_root), 8000000ULL * 1024);
}

TEST_F(AvailableMemory, IsWhatAGroupAboveLeaves)
{
    Write("proc/self/cgroup", "0::/batch/job\n");
    Write("sys/fs/cgroup/batch/memory.max", "1000000\n");
    Write("sys/fs/cgroup/batch/memory.current", "900000\n");
    Write("sys/fs/cgroup/batch/memory.stat", "anon 1\ninactive_file 50000\nactive_file 25000\n");
    Write("sys/fs/cgroup/batch/job/memory.max", "max\n");
    EXPECT_EQ(AvailableMemoryBytes(m_root), 175000U);
}

TEST_F(AvailableMemory, IsThatOfVersionOneToo)
{
    Write("proc/self/cgroup", "4:memory:/job\n0::/\n");
    Write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1000000\n");
    Write("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "900000\n");
    Write("sys/fs/cgroup/memory/job/memory.stat", "cache 7\ntotal_inactive_file 75000\n");
    Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "123\n");
    EXPECT_EQ(AvailableMemoryBytes(m_root), 175000U);
}

TEST_F(AvailableMemory, IsNothingInAGroupThatIsFull)
{
    Write("proc/self/cgroup", "0::/job\n");
    Write("sys/fs/cgroup/job/memory.max", "1000\n");
    Write("sys/fs/cgroup/job/memory.current", "2000\n");
    EXPECT_EQ(AvailableMemoryBytes(m_root), 0U);
}

} // namespace
} // namespace swimlab
