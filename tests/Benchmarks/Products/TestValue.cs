namespace Benchmarks.Products;

/// <summary>What every write writes: 256 bytes, which as JSON include the quotes.</summary>
internal static class TestValue
{
    public const int Bytes = 256;

    public static readonly string Json = $"\"{new string('v', Bytes - 2)}\"";
}
