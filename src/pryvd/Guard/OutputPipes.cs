using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>
/// The two named pipes that a run writes its output to. The run holds them open for reading, too: so they do not break when the guard
/// dies (no SIGPIPE), and what is in them waits for the next guard.
/// </summary>
internal sealed class OutputPipes : IDisposable
{
    private const uint OwnerOnly = 0b110_000_000;

    private readonly string _path;

    private OutputPipes(string path) => _path = path;

    /// <summary>The guard's ends, for reading without waiting; open for writing, too, so that they never come to an end.</summary>
    public int Output { get; private set; } = -1;

    public int Error { get; private set; } = -1;

    /// <summary>The run's ends; -1 once it has been given them.</summary>
    public int OutputEnd { get; private set; } = -1;

    public int ErrorEnd { get; private set; } = -1;

    /// <param name="path">Without the endings .out and .err, which are added.</param>
    /// <exception cref="GuardException">The disk is full, or too many files are open.</exception>
    public static OutputPipes Create(string path)
    {
        var pipes = new OutputPipes(path);
        try
        {
            pipes.Output = Make(path + ".out");
            pipes.Error = Make(path + ".err");
            pipes.OutputEnd = Open(path + ".out", Sys.ReadWrite);
            pipes.ErrorEnd = Open(path + ".err", Sys.ReadWrite);
            return pipes;
        }
        catch (GuardException)
        {
            pipes.Remove();
            throw;
        }
    }

    /// <summary>Those of a run that another guard started; null when they are not there.</summary>
    public static OutputPipes? Reopen(string path) =>
        File.Exists(path + ".out") && File.Exists(path + ".err")
            ? new OutputPipes(path) { Output = Open(path + ".out", Sys.ReadWrite | Sys.NonBlocking), Error = Open(path + ".err", Sys.ReadWrite | Sys.NonBlocking) }
            : null;

    /// <summary>Lets a user reopen them by way of /dev/stdout and /dev/stderr.</summary>
    public void GiveTo(SystemUser user)
    {
        if (Sys.ChangeOwner(OutputEnd, user.Uid, user.Gid) != 0 || Sys.ChangeOwner(ErrorEnd, user.Uid, user.Gid) != 0)
        {
            throw new GuardException($"The output pipes could not be given to {user.Name}: {Sys.LastError()}.");
        }
    }

    public void CloseEnds()
    {
        (OutputEnd, ErrorEnd) = (Closed(OutputEnd), Closed(ErrorEnd));
    }

    /// <summary>Closes and deletes them.</summary>
    public void Remove()
    {
        Dispose();
        RemoveFiles(_path);
    }

    public static void RemoveFiles(string path)
    {
        _ = Sys.Unlink(path + ".out");
        _ = Sys.Unlink(path + ".err");
    }

    public void Dispose()
    {
        CloseEnds();
        (Output, Error) = (Closed(Output), Closed(Error));
    }

    private static int Make(string path)
    {
        _ = Sys.Unlink(path);
        return Sys.MakePipe(path, OwnerOnly) == 0
            ? Open(path, Sys.ReadWrite | Sys.NonBlocking)
            : throw new GuardException($"The pipe {path} could not be made: {Sys.LastError()}. Look for free space and free inodes there.");
    }

    private static int Open(string path, int flags) => Sys.Open(path, flags | Sys.CloseOnExec, 0) is var descriptor and >= 0
        ? descriptor
        : throw new GuardException($"The pipe {path} could not be opened: {Sys.LastError()}. Raise LimitNOFILE of the guard where too many files are open.");

    private static int Closed(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Sys.Close(descriptor);
        }

        return -1;
    }
}
