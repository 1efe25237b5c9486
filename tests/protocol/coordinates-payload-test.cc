// SPDX-License-Identifier: MIT
//
// Coordinates in the payload of acks: serf's bytes, what a peer may write otherwise, and what no
// peer may.
#include "swim/coordinates.h"
#include "swim/msgpack.h"

#include <gtest/gtest.h>
#include <iterator>

namespace swim
{

namespace
{

wire::Bytes Payload(const Coordinate& coordinate)
{
    wire::Bytes payload;
    EncodeCoordinate(coordinate, payload);
    return payload;
}

Coordinate Uneven()
{
    Coordinate coordinate;
    coordinate.vec = {0.1, -0.2, 3e-5, -4e-7, 5, -6.25, 7e-300, -0.0};
    coordinate.error = 0.123456789;
    coordinate.adjustment = -0.001;
    coordinate.height = 0.02;
    return coordinate;
}

TEST(CoordinatePayload, HasSerfsBytes)
{
    Coordinate coordinate;
    coordinate.vec = {1, -2, 0.5};
    coordinate.height = 0.25;
    const std::string_view text = "\x01\x84"
                                  "\xaa"
                                  "Adjustment";
    wire::Bytes expected(text.begin(), text.end());
    const auto add = [&](std::initializer_list<std::uint8_t> bytes) {
        std::ranges::copy(bytes, std::back_inserter(expected));
    };
    const auto zeros = [&](int numbers) {
        for (int i = 0; i < numbers; ++i)
        {
            add({0xcb, 0, 0, 0, 0, 0, 0, 0, 0});
        }
    };
    zeros(1);
    add({0xa5, 'E', 'r', 'r', 'o', 'r', 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0});
    add({0xa6, 'H', 'e', 'i', 'g', 'h', 't', 0xcb, 0x3f, 0xd0, 0, 0, 0, 0, 0, 0});
    add({0xa3, 'V', 'e', 'c', 0x98, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0});
    add({0xcb, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0});
    zeros(5);
    EXPECT_EQ(Payload(coordinate), expected);
}

TEST(CoordinatePayload, DecodesToWhatWasEncodedAndBack)
{
    const wire::Bytes payload = Payload(Uneven());
    Coordinate decoded;
    ASSERT_EQ(DecodeCoordinate(payload, decoded), std::nullopt);
    EXPECT_EQ(decoded, Uneven());
    EXPECT_EQ(Payload(decoded), payload) << "also the sign of zero";
}

TEST(CoordinatePayload, TakesAnyOrderUnknownKeysAndShorterNumbers)
{
    wire::Bytes payload;
    wire::Writer writer(payload);
    writer.Byte(1);
    writer.Map(4);
    writer.String("Vec");
    writer.Byte(0xdc); // array16
    writer.BigEndian16(8);
    for (int i = 0; i < 8; ++i)
    {
        writer.Byte(0xca); // float32
        writer.BigEndian32(0x3f000000);
    }
    writer.String("Later");
    writer.Array(2);
    writer.Nil();
    writer.Unsigned(70000);
    writer.String("Height");
    writer.Float64(0.125);
    writer.String("Error");
    writer.Float64(0.5);
    Coordinate decoded;
    ASSERT_EQ(DecodeCoordinate(payload, decoded), std::nullopt);
    Coordinate expected;
    expected.vec.fill(0.5);
    expected.height = 0.125;
    expected.error = 0.5;
    EXPECT_EQ(decoded, expected) << "what is not told is as at the start";
}

TEST(CoordinatePayload, RefusesOtherVersionsAndDimensions)
{
    Coordinate decoded = Uneven();
    EXPECT_EQ(DecodeCoordinate({}, decoded), Rejection::COORDINATE_VERSION);
    wire::Bytes payload = Payload({});
    payload[0] = 2;
    EXPECT_EQ(DecodeCoordinate(payload, decoded), Rejection::COORDINATE_VERSION);
    for (const std::uint8_t dimensions : {0, 2, 7, 9, 15})
    {
        wire::Bytes other;
        wire::Writer writer(other);
        writer.Byte(1);
        writer.Map(1);
        writer.String("Vec");
        writer.Array(dimensions);
        for (int i = 0; i < dimensions; ++i)
        {
            writer.Float64(1);
        }
        EXPECT_EQ(DecodeCoordinate(other, decoded), Rejection::COORDINATE_DIMENSIONS);
    }
    const std::uint8_t withoutVec[] = {1, 0x80};
    EXPECT_EQ(DecodeCoordinate(withoutVec, decoded), Rejection::COORDINATE_DIMENSIONS);
    EXPECT_EQ(decoded, Uneven()) << "a refused payload changes nothing";
}

TEST(CoordinatePayload, RefusesEveryTruncationAndArraysThatAreNotThere)
{
    const wire::Bytes whole = Payload(Uneven());
    for (std::size_t size = 1; size < whole.size(); ++size)
    {
        Coordinate decoded;
        EXPECT_EQ(DecodeCoordinate({whole.data(), size}, decoded), Rejection::COORDINATE_MALFORMED)
            << size;
    }
    Coordinate decoded;
    const std::uint8_t huge[] = {1, 0x81, 0xa3, 'V', 'e', 'c', 0xdd, 0xff, 0xff, 0xff, 0xff, 0xcb};
    EXPECT_EQ(DecodeCoordinate(huge, decoded), Rejection::COORDINATE_MALFORMED);
    const std::uint8_t text[] = {1, 0x81, 0xa5, 'E', 'r', 'r', 'o', 'r', 0xa1, '1'};
    EXPECT_EQ(DecodeCoordinate(text, decoded), Rejection::COORDINATE_MALFORMED);
}

} // namespace

} // namespace swim
