namespace Pryvd.Tests.Fuzz;

/// <summary>Bytes as they come out of a bad disk or a bad hand.</summary>
internal static class Mutated
{
    public static byte[] Of(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var changes = 1 + random.Next(4); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes = Change(bytes, random);
        }

        return bytes;
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var length = random.Next(1, Math.Min(64, bytes.Length - at) + 1);
        switch (random.Next(6))
        {
            case 0: return bytes[..at];
            case 1: return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2: return [.. bytes[..at], .. bytes.AsSpan(at, length), .. bytes[at..]];
            case 3: random.NextBytes(bytes.AsSpan(at, length)); return bytes;
            case 4: bytes.AsSpan(at, length).Fill((byte)(random.Next(2) * 255)); return bytes;
            default: bytes[at] ^= (byte)(1 << random.Next(8)); return bytes;
        }
    }
}
