using System.Runtime.InteropServices;
using System.Text;
using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>
/// Starts programs by posix_spawn, whose errors are those of exec. Another user is taken by way of setpriv (util-linux), which then
/// becomes the program. Only from the guard's main thread, as the working directory is the process's.
/// </summary>
internal static class Spawner
{
    private const int NoSuchFile = 2;
    private const int NotPermitted = 13;
    private const int TooLong = 7;
    private const int NotProgram = 8;
    private const int ExecPatienceMs = 5_000;
    private const int FailedExec = 126;
    private const int MissingProgram = 127;
    private static readonly string[] _switchers = ["/usr/bin/setpriv", "/bin/setpriv"];

    /// <summary>The pid of the new process, which leads a session and a group of its own.</summary>
    /// <exception cref="GuardException">It does not run; nothing is left of it.</exception>
    public static int Spawn(GuardOrder order, IEnumerable<string> environment, OutputPipes pipes)
    {
        if (UserOf(order) is not { } user)
        {
            return Spawn(order.Command, order, environment, pipes);
        }

        pipes.GiveTo(user);
        var switcher = _switchers.FirstOrDefault(File.Exists)
            ?? throw new GuardException($"User {user.Name} needs setpriv to be taken, which is not on this machine: install util-linux.");
        string[] command = [switcher, "--reuid", $"{user.Uid}", "--regid", $"{user.Gid}", "--init-groups", "--", .. order.Command];
        var pid = Spawn(command, order, environment, pipes);
        AwaitProgram(pid, switcher, order, pipes);
        return pid;
    }

    private static int Spawn(IReadOnlyList<string> command, GuardOrder order, IEnumerable<string> environment, OutputPipes pipes)
    {
        RequireProgram(order.Command[0]);
        using var action = new SpawnAction("/dev/null", pipes.OutputEnd, pipes.ErrorEnd);
        using var arguments = new NativeStrings(command);
        using var variables = new NativeStrings(environment);
        if (Sys.ChangeFolder(order.WorkingDirectory) != 0)
        {
            throw new GuardException($"The working directory {order.WorkingDirectory} cannot be entered: {Sys.LastError()}.");
        }

        var error = action.Spawn(command[0], arguments, variables, out var pid);
        _ = Sys.ChangeFolder("/");
        return error == 0 ? pid : throw Failure(command[0], error);
    }

    /// <exception cref="GuardException">It can be no program.</exception>
    public static void RequireProgram(string program)
    {
        if (!Path.IsPathFullyQualified(program))
        {
            throw new GuardException($"The program '{program}' is not an absolute path.");
        }

        if (Directory.Exists(program))
        {
            throw new GuardException($"The program {program} is a folder.");
        }
    }

    /// <exception cref="GuardException">There is none of that name.</exception>
    public static SystemUser RequireUser(string name) => SystemUser.Find(name)
        ?? throw new GuardException($"There is no user '{name}' on this node. Create it, or set another one in the component file.");

    private static GuardException Failure(string program, int error) => new($"{program} could not be started: " + error switch
    {
        NoSuchFile => "no such file; or the interpreter that it names is missing. Is its package installed on this node, is the path right?",
        NotPermitted => "permission denied. Is it executable, and may the user search the folders above it?",
        NotProgram => "it is no program for this machine. Is it built for this architecture; does a script begin with '#!'?",
        TooLong => "its arguments and environment are too long.",
        _ => $"{Marshal.GetPInvokeErrorMessage(error)}.",
    });

    /// <summary>Null for the guard's own user.</summary>
    private static SystemUser? UserOf(GuardOrder order)
    {
        if (order.User.Length == 0)
        {
            return null;
        }

        var user = RequireUser(order.User);
        var own = Sys.EffectiveUser();
        return user.Uid == own ? null
            : own == 0 ? user
            : throw new GuardException($"User {order.User} cannot be taken, because the guard does not run as root (but as uid {own}).");
    }

    // posix_spawn reports setpriv's start; whether setpriv could become the program shows in what the process then runs.
    private static void AwaitProgram(int pid, string switcher, GuardOrder order, OutputPipes pipes)
    {
        using var process = ProcessHandle.Open(pid) ?? throw new GuardException($"Process {pid} is gone before it could be watched.");
        var real = Path.GetFullPath(new FileInfo(switcher).ResolveLinkTarget(true)?.FullName ?? switcher);
        var deadline = BootClock.NowMs() + ExecPatienceMs;
        while (!process.EndsWithin(1))
        {
            if (ProcessTable.ProgramOf(pid) is { } program && program != switcher && program != real)
            {
                return;
            }

            if (BootClock.NowMs() > deadline)
            {
                _ = Sys.Kill(-pid, PosixSignals.Kill);
                _ = process.EndsWithin(ExecPatienceMs);
                process.Reap();
                throw new GuardException($"{order.Command[0]} was not reached within {ExecPatienceMs / 1000} s as user {order.User}.");
            }
        }

        if (process.PeekEnd() is { ExitCode: FailedExec or MissingProgram } && FirstWords(pipes) is { } words)
        {
            process.Reap();
            throw new GuardException($"{order.Command[0]} could not be started as user {order.User}: {words}");
        }
    }

    // What setpriv says goes to the standard error, and so into the log; the first line of it tells the reason.
    private static string? FirstWords(OutputPipes pipes)
    {
        const string speaker = "setpriv: ";
        var text = new byte[1024];
        var length = (int)Sys.Read(pipes.Error, text, text.Length);
        var words = length > 0 ? Encoding.UTF8.GetString(text, 0, length) : "";
        if (words.StartsWith(speaker, StringComparison.Ordinal))
        {
            return words[speaker.Length..].TrimEnd();
        }

        _ = Sys.Write(pipes.ErrorEnd, text, Math.Max(0, length));
        return null;
    }
}
