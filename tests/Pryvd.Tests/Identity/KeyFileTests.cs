using Pryvd.Hosting;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

public sealed class KeyFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_key_of_another_user_is_refused() =>
        Assert.Contains("chown 100 key", KeyFile.Refusal("key", new FileFacts(101, 100, OwnerOnly), 100));

    [Fact]
    public void A_key_of_the_daemons_own_user_or_of_root_is_read()
    {
        Assert.Null(KeyFile.Refusal("key", new FileFacts(100, 100, OwnerOnly), 100));
        Assert.Null(KeyFile.Refusal("key", new FileFacts(0, 0, UnixFileMode.UserRead), 100));
    }

    [Fact]
    public void Every_bit_for_group_or_others_refuses_a_key()
    {
        for (var bit = 1; bit < 0x40; bit <<= 1)
        {
            Assert.NotNull(KeyFile.Refusal("key", new FileFacts(100, 100, OwnerOnly | (UnixFileMode)bit), 100));
        }
    }

    [Fact]
    public void The_facts_of_a_file_are_those_that_the_kernel_keeps()
    {
        File.WriteAllText(folder.In("f"), "");
        File.SetUnixFileMode(folder.In("f"), UnixFileMode.UserRead | UnixFileMode.OtherExecute);

        using var handle = File.OpenHandle(folder.In("f"));
        var facts = FileFacts.Of(handle);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.OtherExecute, facts.Mode);
        Assert.Equal(Libc.EffectiveUser(), facts.Owner);
    }

    [Fact]
    public void An_oversized_or_missing_key_is_refused()
    {
        File.WriteAllBytes(folder.In("k"), new byte[100_000]);
        File.SetUnixFileMode(folder.In("k"), OwnerOnly);

        Assert.Contains("at most", Assert.Throws<IdentityException>(() => KeyFile.Read(folder.In("k"))).Message);
        Assert.Contains("cannot be read", Assert.Throws<IdentityException>(() => KeyFile.Read(folder.In("none"))).Message);
    }

    public void Dispose() => folder.Dispose();
}
