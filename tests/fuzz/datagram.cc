// SPDX-License-Identifier: MIT
//
// Fuzzes Node::Receive with sequences of datagrams.
//
// Input: a byte that chooses the scene, then for each datagram a byte that says how long to wait
// before it, two bytes of length, and the datagram. See write-seeds.cc.
#include "scene.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace swim;
    fuzz::Input input(data, size);
    fuzz::Scene scene(input.Byte());
    while (!input.Empty())
    {
        const std::uint8_t wait = input.Byte();
        scene.Wait(wait);
        const wire::Bytes datagram = input.Block();
        scene.Out().Clear();
        const Address from = fuzz::Scene::AddressOf(wait % 3);
        scene.Self().Receive(scene.Now(), from, datagram, scene.Out());
        scene.Check(datagram.size());
    }
    return 0;
}
