using System.Diagnostics;

namespace Pryv.Consensus.Tests.Log;

/// <summary>A mounted file system of a given size.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly TempFolder _folder = new();

    public Tmpfs(string size) => Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", _folder.Path);

    public string Path => _folder.Path;

    public void Dispose()
    {
        Run("umount", _folder.Path);
        _folder.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"{program} did not end within 20 s");
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
