using Pryvd.Store;

namespace Pryvd.Tests.Store;

/// <summary>local.db: what belongs to this node alone.</summary>
public sealed class LocalStoreTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_put_is_there_after_opening_again()
    {
        using (var store = LocalStore.Open(folder.File("local.db")))
        {
            store.Put("epoch", new byte[] { 1 });
            store.Put("epoch", new byte[] { 2, 0, 3 });
            store.Put("gone", new byte[] { 1 });
            store.Delete("gone");
            store.Put("empty", ReadOnlyMemory<byte>.Empty);
        }

        using var again = LocalStore.Open(folder.File("local.db"));
        Assert.Equal([2, 0, 3], again.Get("epoch")!);
        Assert.Null(again.Get("gone"));
        Assert.Equal([], again.Get("empty")!);
    }

    [Fact]
    public void A_value_beyond_the_bound_is_refused()
    {
        using var store = LocalStore.Open(folder.File("local.db"));
        Assert.Throws<ArgumentException>(() => store.Put("big", new byte[LocalStore.MaxValueBytes + 1]));
    }

    [Fact]
    public void Another_file_is_not_taken_for_it()
    {
        using (var state = StateStore.Open(folder.Path))
        {
        }

        Assert.Throws<StoreException>(() => LocalStore.Open(folder.File("state-0.db")));
        File.WriteAllText(folder.File("text"), new string('x', 5_000));
        Assert.Throws<StoreException>(() => LocalStore.Open(folder.File("text")));
    }
}
