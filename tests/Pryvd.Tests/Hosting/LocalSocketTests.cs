using System.Diagnostics;
using System.Net.Sockets;
using Pryvd.Hosting;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Hosting;

/// <summary>Requirement G6: the local socket is guarded by file mode and peer credentials.</summary>
public sealed class LocalSocketTests : IDisposable
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly TemporaryFolder folder = new();

    private string Place => folder.In("run/pryvd.sock");

    [Fact]
    public void A_bound_socket_is_for_owner_and_group_only_and_gone_after_the_stop()
    {
        using (var file = SocketFile.Take(Place, null))
        {
            using var listening = file.Bind();
            Assert.Equal(OwnerAndGroup, FileFacts.OfPath(Place)!.Mode);
            using var client = Connect();
            Assert.True(client.Connected);
        }

        Assert.Null(FileFacts.OfPath(Place));
        Assert.Null(FileFacts.OfPath(Place + ".new"));
    }

    [Fact]
    public void The_socket_of_a_killed_daemon_is_replaced()
    {
        Directory.CreateDirectory(folder.In("run"));
        using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        dead.Bind(new UnixDomainSocketEndPoint(Place));
        File.WriteAllText(Place + ".lock", "4194305\n");

        using var file = SocketFile.Take(Place, null);
        using var listening = file.Bind();
        using var client = Connect();

        Assert.True(client.Connected);
    }

    [Fact]
    public void A_second_daemon_is_refused_with_the_pid_of_the_first()
    {
        using var first = SocketFile.Take(Place, null);
        using var listening = first.Bind();

        var e = Assert.Throws<StartupException>(() => SocketFile.Take(Place, null));
        Assert.Contains($"pid {Environment.ProcessId}", e.Message);
        using var client = Connect();
        Assert.True(client.Connected);
    }

    [Fact]
    public void What_is_no_socket_is_left_alone()
    {
        Directory.CreateDirectory(folder.In("run"));
        File.WriteAllText(Place, "precious");

        Assert.Contains("left alone", Assert.Throws<StartupException>(() => SocketFile.Take(Place, null)).Message);
        Assert.Equal("precious", File.ReadAllText(Place));
    }

    [Fact]
    public void A_group_that_does_not_exist_is_refused_when_it_was_asked_for()
    {
        using var file = SocketFile.Take(Place, "no-such-group-here");

        Assert.Contains("groupadd no-such-group-here", Assert.Throws<StartupException>(file.Bind).Message);
        Assert.Null(FileFacts.OfPath(Place));
    }

    [Fact]
    public void Groups_are_found_by_name()
    {
        Assert.Equal(0u, SocketGroup.Find("root"));
        Assert.Null(SocketGroup.Find("no-such-group-here"));
    }

    [Fact]
    public void The_kernel_says_who_is_at_the_other_end()
    {
        using var file = SocketFile.Take(Place, null);
        using var listening = file.Bind();
        using var client = Connect();
        using var accepted = listening.Accept();

        var peer = PeerCredentials.Of(accepted);

        Assert.Equal((Environment.ProcessId, Libc.EffectiveUser()), (peer.Pid, peer.Uid));
    }

    [Fact]
    public void One_data_folder_has_one_daemon()
    {
        using (InstanceLock.Take(folder.Path))
        {
            var e = Assert.Throws<StartupException>(() => InstanceLock.Take(folder.Path));
            Assert.Contains($"in use by another pryvd (pid {Environment.ProcessId})", e.Message);
        }

        InstanceLock.Take(folder.Path).Dispose();
    }

    [Fact]
    public void A_child_process_does_not_keep_the_lock()
    {
        Process child;
        using (InstanceLock.Take(folder.Path))
        {
            child = Process.Start(new ProcessStartInfo("sleep", "60") { RedirectStandardOutput = true })!;
        }

        using (child)
        {
            InstanceLock.Take(folder.Path).Dispose();
            child.Kill();
            Assert.True(child.WaitForExit(TimeSpan.FromSeconds(20)));
        }
    }

    [Fact]
    public void A_data_folder_that_is_not_there_is_said_so() =>
        Assert.Contains("cannot be locked", Assert.Throws<StartupException>(() => InstanceLock.Take(folder.In("none"))).Message);

    public void Dispose() => folder.Dispose();

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Place));
        return client;
    }
}
