namespace Pryvd.Agent.Artifacts;

/// <summary>What an archive may come to.</summary>
/// <param name="Entries">Files, folders and links.</param>
/// <param name="Bytes">Unpacked.</param>
/// <param name="Ratio">Unpacked to packed, past <paramref name="FreeBytes"/>.</param>
/// <param name="FreeBytes">So much may come out of any archive, however small.</param>
public sealed record UnpackLimits(int Entries, long Bytes, int Ratio, long FreeBytes)
{
    public static readonly UnpackLimits Default = new(100_000, 16L << 30, 200, 64L << 20);

    public long BytesFor(long packed) => Math.Min(Bytes, Math.Max(FreeBytes, packed > Bytes / Ratio ? Bytes : packed * Ratio));
}
