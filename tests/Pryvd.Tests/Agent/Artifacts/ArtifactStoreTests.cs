using System.Security.Cryptography;
using Pryvd.Agent.Artifacts;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Agent.Artifacts;

/// <summary>The store keeps what is whole, makes room within its bound, and says what is wrong (R2, invariant 10).</summary>
public sealed class ArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HashSet<string> _needed = [];

    [Fact]
    public async Task What_is_whole_is_found_what_broke_off_goes_on()
    {
        var store = Store(1_000);
        var content = RandomNumberGenerator.GetBytes(100);
        using (var intake = store.Begin(Hash(content), 100))
        {
            intake.Write(content.AsSpan(0, 40));
        }

        Assert.Null(store.Find(Hash(content)));
        using (var intake = store.Begin(Hash(content), 100))
        {
            Assert.Equal(40, intake.Offset);
            intake.Write(content.AsSpan(40));
            await intake.FinishAsync(CancellationToken.None);
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(store.Find(Hash(content))!));
        Assert.True(await store.VerifyAsync(Hash(content), CancellationToken.None));
    }

    [Fact]
    public async Task What_is_not_what_it_says_is_refused_and_not_kept()
    {
        var store = Store(1_000);
        var hash = Hash([1, 2, 3]);
        using var intake = store.Begin(hash, 3);
        intake.Write([1, 2, 4]);

        var wrong = await Assert.ThrowsAsync<ArtifactException>(() => intake.FinishAsync(CancellationToken.None));
        Assert.Contains("checksum", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(0, intake.Offset);
        Assert.Throws<ArtifactException>(() => intake.Write([1, 2, 3, 4]));
        Assert.Throws<ArtifactException>(() => store.Begin(hash, 3));
        Assert.Throws<ArtifactException>(() => store.Begin("../../etc/passwd", 3));
        Assert.Throws<ArtifactException>(() => store.Begin(hash.ToUpperInvariant(), 3));
        Assert.Null(store.Find(hash));
    }

    [Fact]
    public async Task Room_is_made_from_what_nothing_needs_the_longest_unused_first_and_never_from_the_rest()
    {
        var store = Store(300);
        var (needed, old, older, young) = (await Put(store, 100), await Put(store, 90), await Put(store, 60), await Put(store, 40));
        _needed.Add(needed);
        Age(needed, 10);
        Age(old, 5);
        Age(older, 7);

        var more = await Put(store, 60);
        Assert.Equal([true, true, false, true, true], new[] { needed, old, older, young, more }.Select(h => store.Find(h) is not null));

        var full = Assert.Throws<ArtifactException>(() => store.Begin(Hash([9]), 200));
        Assert.Contains("artifact_space_mb", full.Message, StringComparison.Ordinal);
        Assert.NotNull(store.Find(needed));
        Assert.NotNull(store.Find(young));
    }

    public void Dispose() => _folder.Dispose();

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private ArtifactStore Store(long limit) => new(_folder.In("artifacts"), limit, _needed.Contains);

    private void Age(string hash, int hours)
    {
        var path = Path.Combine(_folder.In("artifacts"), hash);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-hours));
        File.SetLastAccessTimeUtc(path, DateTime.UtcNow.AddHours(-hours));
    }

    private static async Task<string> Put(ArtifactStore store, int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        using var intake = store.Begin(Hash(content), size);
        intake.Write(content);
        await intake.FinishAsync(CancellationToken.None);
        return Hash(content);
    }
}
