using System.Globalization;
using System.Text;
using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>
/// Kills the leased groups when the guard dies, however it dies: a shell of about 1 MB at the other end of a pipe. Each line that it
/// reads replaces the list of groups; when the pipe ends, it kills the last list. PR_SET_PDEATHSIG would reach only the program itself,
/// not what that has started.
/// </summary>
internal sealed class DeathWatch : IDisposable
{
    private const string Script = "k=; while read -r l; do k=$l; done; [ -z \"$k\" ] || kill -s KILL -- $k";
    private static readonly string[] _command = ["/bin/sh", "-c", Script, "pryvd-guard-death-watch"];

    private readonly SortedSet<int> _groups = [];
    private int _pipe = -1;

    /// <summary>The shell; null while there is nothing to watch over. When it ends, somebody killed it.</summary>
    public ProcessHandle? Process { get; private set; }

    /// <summary>Starts the shell where there is none yet.</summary>
    /// <exception cref="GuardException">It cannot be started.</exception>
    public void Ready()
    {
        if (Process is null)
        {
            Start();
        }
    }

    public void Add(int group)
    {
        _groups.Add(group);
        Tell();
    }

    /// <summary>To be called before the group's leader is reaped, so that the number means no other group.</summary>
    public void Remove(int group)
    {
        if (_groups.Remove(group))
        {
            Tell();
        }
    }

    /// <summary>Another shell in place of one that somebody ended.</summary>
    public void Restart()
    {
        Process?.Reap();
        Close();
        Start();
        Tell();
    }

    /// <summary>The groups live on.</summary>
    public void Dispose()
    {
        _groups.Clear();
        Tell();
        Close();
    }

    private void Start()
    {
        var ends = new int[2];
        if (Sys.Pipe(ends, Sys.CloseOnExec) != 0)
        {
            throw new GuardException($"A pipe could not be made: {Sys.LastError()}.");
        }

        _pipe = ends[1];
        try
        {
            using var action = new SpawnAction($"/proc/self/fd/{ends[0]}", NullDevice.Descriptor, NullDevice.Descriptor);
            using var arguments = new NativeStrings(_command);
            using var environment = new NativeStrings([]);
            Process = action.Spawn(_command[0], arguments, environment, out var pid) == 0 ? ProcessHandle.Open(pid) : null;
        }
        finally
        {
            _ = Sys.Close(ends[0]);
        }

        if (Process is null)
        {
            Close();
            throw new GuardException("/bin/sh could not be started, which ends leased instances when the guard dies: without it none is started.");
        }
    }

    private void Close()
    {
        if (_pipe >= 0)
        {
            _ = Sys.Close(_pipe);
        }

        _pipe = -1;
        Process?.Dispose();
        Process = null;
    }

    // In one write, so that the shell never acts on half a list.
    private void Tell()
    {
        if (_pipe < 0)
        {
            return;
        }

        var line = Encoding.ASCII.GetBytes(string.Join(' ', _groups.Select(g => (-g).ToString(CultureInfo.InvariantCulture))) + "\n");
        _ = Sys.Write(_pipe, line, line.Length);
    }
}
