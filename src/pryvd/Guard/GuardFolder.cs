using System.Text;
using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>Where the guard keeps what it needs, in the data folder (0700).</summary>
internal sealed record GuardFolder(string Path)
{
    private const string Supervised = "supervised";
    private const int MostPidBytes = 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string LockPath => System.IO.Path.Combine(Path, "lock");

    public string LogPath => System.IO.Path.Combine(Path, "guard.log");

    /// <summary>Tells daemons where the socket is.</summary>
    public string AddressPath => System.IO.Path.Combine(Path, "address");

    public string DefaultSocket => System.IO.Path.Combine(Path, "socket");

    private string RunsPath => System.IO.Path.Combine(Path, "runs");

    private string PipesPath => System.IO.Path.Combine(Path, "pipes");

    private string MarkPath => System.IO.Path.Combine(Path, "mark");

    public static GuardFolder In(string dataFolder) => new(System.IO.Path.Combine(System.IO.Path.GetFullPath(dataFolder), "guard"));

    private string UnitsPath => System.IO.Path.Combine(Path, "units");

    public void Create()
    {
        foreach (var folder in (string[])[Path, RunsPath, PipesPath, UnitsPath])
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }

    public string RunFileOf(RunKey run) => System.IO.Path.Combine(RunsPath, run.FileName);

    public string PipesOf(RunKey run) => System.IO.Path.Combine(PipesPath, run.FileName);

    public string EnvironmentOf(RunKey run) => System.IO.Path.Combine(UnitsPath, run.FileName);

    public IEnumerable<string> EnvironmentFiles() => Directory.EnumerateFiles(UnitsPath);

    public IEnumerable<string> RunFiles() => Directory.EnumerateFiles(RunsPath);

    public IEnumerable<string> PipeFiles() => Directory.EnumerateFileSystemEntries(PipesPath);

    /// <summary>Where the guard of this folder listens, or would.</summary>
    public string Address() => AddressLines() is [var address, ..] ? address : DefaultSocket;

    /// <summary>The last guard did not detach: whoever ran it, systemd for one, will start it again.</summary>
    public bool IsSupervised() => AddressLines() is [_, Supervised, ..];

    public void Announce(string socket, bool isSupervised) =>
        File.WriteAllLines(AddressPath, isSupervised ? [socket, Supervised] : [socket]);

    private string[] AddressLines() => File.Exists(AddressPath) ? File.ReadAllLines(AddressPath) : [];

    /// <summary>The pid of the guard that has this folder, or had it last; empty when there was none.</summary>
    public string Holder()
    {
        // Not by .NET's own streams: they take a lock of their own, which would be refused here.
        var file = Sys.Open(LockPath, Sys.ReadOnly | Sys.CloseOnExec, 0);
        if (file < 0)
        {
            return "";
        }

        var pid = new byte[MostPidBytes];
        var length = Sys.Read(file, pid, pid.Length);
        _ = Sys.Close(file);
        return Encoding.ASCII.GetString(pid, 0, (int)Math.Max(0, length)).Trim();
    }

    /// <summary>A random word that tells the processes of this guard from those of another one on the machine.</summary>
    public string Mark()
    {
        if (File.Exists(MarkPath) && File.ReadAllText(MarkPath).Trim() is { Length: > 0 } mark)
        {
            return mark;
        }

        var made = Guid.NewGuid().ToString("N")[..12];
        File.WriteAllText(MarkPath, made + "\n", Encoding.ASCII);
        return made;
    }
}
