// SPDX-License-Identifier: GPL-2.0-only
//
// Matrices of regions: what their numbers mean, and that a mistake in one is told by its line.
#include "lab/topology/region-matrix.h"
#include "lab/topology/topology.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

RegionMatrix Delays(const std::string& text)
{
    return ReadDelayMatrix(text, "matrix", "m.csv");
}

std::string ErrorIn(const std::string& text)
{
    try
    {
        Delays(text);
    }
    catch (const TopologyError& error)
    {
        EXPECT_EQ(error.Field(), "matrix");
        return error.what();
    }
    return "no error";
}

std::string LossErrorIn(const std::string& text)
{
    try
    {
        ReadLossMatrix(text, "loss_matrix", "l.csv");
    }
    catch (const TopologyError& error)
    {
        return error.what();
    }
    return "no error";
}

TEST(RegionMatrices, OfRoundTripsAreHalvedInEveryUnit)
{
    const RegionMatrix ms = Delays("round-trip ms,a,b\na,1,80\nb,,3\n");
    EXPECT_EQ(ms.regions, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(ms.cells, (std::vector<double>{0.5e6, 40e6, 40e6, 1.5e6}));
    EXPECT_EQ(Delays("round-trip us,a,b\na,1000,80000\nb,,3000\n").cells, ms.cells);
    EXPECT_EQ(Delays("round-trip s,a,b\na,0.001,\nb,0.08,0.003\n").cells, ms.cells)
        << "in the lower triangle";
}

TEST(RegionMatrices, OfOneWayKeepTheirDirections)
{
    const RegionMatrix matrix = Delays("one-way ms,a,b\na,0,30\nb,50,1\n");
    EXPECT_EQ(matrix.At(0, 1), 30e6);
    EXPECT_EQ(matrix.At(1, 0), 50e6);
    EXPECT_EQ(matrix.At(0, 0), 0);
    EXPECT_FALSE(matrix.isRoundTrip);
}

TEST(RegionMatrices, TakeRowsInAnyOrderAndSpreadsheetsHabits)
{
    const RegionMatrix matrix = Delays("\xef\xbb\xbf# Measured by\r\n#   nobody.\r\n\r\n"
                                       "one-way ms, \"a\" ,b\r\n"
                                       "b,50,1\r\n# in between\r\na,0,30\r\n,,\r\n");
    EXPECT_EQ(matrix.At(0, 1), 30e6);
    EXPECT_EQ(matrix.At(1, 0), 50e6);
    EXPECT_EQ(matrix.remark, "Measured by nobody.");
}

TEST(RegionMatrices, TakeTheMeanOfRoundTripsThatTwoSidesMeasured)
{
    const RegionMatrix matrix = Delays("round-trip ms,a,b,c\na,1,80,10\nb,84,1,10\nc,10,10,1\n");
    EXPECT_EQ(matrix.At(0, 1), 41e6);
    EXPECT_EQ(matrix.At(1, 0), 41e6);
    EXPECT_EQ(matrix.averaged, 1U);
    EXPECT_EQ(ErrorIn("round-trip ms,a,b\na,1,80\nb,90,1\n"),
              "m.csv:2: a round trip takes as long from either side, and from a to b it takes "
              "another time than back; write one of them, or one-way delays");
}

TEST(RegionMatrices, LackNoPair)
{
    EXPECT_EQ(ErrorIn("round-trip ms,a,b\na,1,\nb,,1\n"),
              "m.csv:2: the number from a to b is missing");
    EXPECT_EQ(ErrorIn("round-trip ms,a,b\na,1,80\nb,,\n"),
              "m.csv:3: the number within b is missing");
    EXPECT_EQ(ErrorIn("one-way ms,a,b\na,1,80\nb,,1\n"),
              "m.csv:3: the number from b to a is missing");
    EXPECT_EQ(ErrorIn("one-way ms,a,b\na,1,80\n"), "m.csv:1: there is no row of b");
    EXPECT_EQ(ErrorIn("# nothing\n"), "m.csv:1: has no table; its first line names the regions");
    EXPECT_EQ(
        ErrorIn("one-way ms,a,b\na,1\nb,80,1\n"),
        "m.csv:2: has 1 numbers or empty cells, and there are 2 regions; a cell may be empty, "
        "not left out");
    EXPECT_EQ(
        ErrorIn("one-way ms,a,b\na,1,80,7\nb,80,1\n"),
        "m.csv:2: has 3 numbers or empty cells, and there are 2 regions; a cell may be empty, "
        "not left out");
}

TEST(RegionMatrices, SayWhatTheirNumbersAre)
{
    for (const char* const corner : {"", "ms", "round-trip", "round-trip m", "ping ms", "one-way"})
    {
        EXPECT_EQ(
            ErrorIn(std::string(corner) + ",a,b\na,1,80\nb,,1\n"),
            "m.csv:1: \"" + std::string(corner) +
                "\" does not say what the numbers are; write round-trip or one-way, and their "
                "unit (us, ms or s), such as \"round-trip ms\", into the first cell");
    }
    EXPECT_EQ(
        LossErrorIn("loss,a\na,1\n"),
        "l.csv:1: \"loss\" does not say what the numbers are; write \"loss %\" into the first "
        "cell");
}

TEST(RegionMatrices, HaveEachRegionOnce)
{
    EXPECT_EQ(ErrorIn("one-way ms,a,b,a\n"), "m.csv:1: names a twice");
    EXPECT_EQ(ErrorIn("one-way ms,a,,b\n"), "m.csv:1: the region of column 3 has no name");
    EXPECT_EQ(ErrorIn("one-way ms\n"),
              "m.csv:1: names no regions; the first line is \"round-trip ms\" and the regions' "
              "names, parted by commas");
    EXPECT_EQ(ErrorIn("one-way ms,a,b\na,1,2\na,1,2\n"),
              "m.csv:3: is a second row of a, after line 2");
    EXPECT_EQ(ErrorIn("one-way ms,a,b\na,1,2\nc,1,2\n"),
              "m.csv:3: \"c\" is no region of the first line");
}

TEST(RegionMatrices, HaveNumbersThatCanBe)
{
    const auto error = [](const std::string& cell) {
        return ErrorIn("one-way ms,a,b\na,1," + cell + "\nb,80,1\n");
    };
    EXPECT_EQ(error("-80"), "m.csv:2: -80 is negative");
    EXPECT_EQ(error("80ms"),
              "m.csv:2: \"80ms\" is no number; the unit stands in the first cell alone");
    EXPECT_EQ(error("nan"),
              "m.csv:2: \"nan\" is no number; the unit stands in the first cell alone");
    EXPECT_EQ(error("0"),
              "m.csv:2: the delay from a to b must be above 0, and at most 10s one way");
    EXPECT_EQ(error("10001"),
              "m.csv:2: the delay from a to b must be above 0, and at most 10s one way");
    EXPECT_EQ(LossErrorIn("loss %,a\na,101\n"), "l.csv:2: the loss within a is more than 100 %");
    EXPECT_EQ(LossErrorIn("loss %,a,b\na,0,1\nb,,0\n"),
              "l.csv:3: the number from b to a is missing")
        << "loss has a direction";
}

} // namespace
} // namespace swimlab
