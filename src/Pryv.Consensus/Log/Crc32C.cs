using System.Buffers.Binary;
using System.Numerics;

namespace Pryv.Consensus.Log;

/// <summary>CRC32C (Castagnoli), eight bytes at a time on processors that have the instruction.</summary>
internal static class Crc32C
{
    public const uint Seed = uint.MaxValue;

    public static uint Add(uint crc, ulong value) => BitOperations.Crc32C(crc, value);

    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
