using Pryv.Internal.V1;

namespace Pryvd.Guard.Units;

/// <summary>What systemd says of a unit; the words are its own.</summary>
/// <param name="Active">active, activating, deactivating, failed or inactive.</param>
/// <param name="Sub">running or exited, for example.</param>
/// <param name="Result">success, exit-code, signal, core-dump, oom-kill, start-limit-hit, ...</param>
/// <param name="WasActive">The program had been reached.</param>
/// <param name="Pid">Of the main process, also when it has ended; 0 for none.</param>
/// <param name="Code">How it ended: 0 not yet, 1 by itself, 2 by a signal, 3 by a signal with a core.</param>
/// <param name="Status">Exit code, or number of the signal.</param>
internal sealed record UnitState(string Active, string Sub, string Result, bool WasActive, int Pid, int Code, int Status)
{
    private const int FirstStepStatus = 200;
    private const int LastStepStatus = 243;

    private const int ByItself = 1;

    // Of systemd.exec(5), "process exit codes": what failed before the program was reached.
    private static readonly Dictionary<int, string> _steps = new()
    {
        [200] = "its working directory cannot be entered (200/CHDIR)",
        [203] = "permission denied, or the interpreter that it names is missing, or it is no program for this machine (203/EXEC)",
        [216] = "its group cannot be taken (216/GROUP)",
        [217] = "its user cannot be taken (217/USER)",
        [219] = "its control group cannot be made (219/CGROUP)",
    };

    /// <summary>Its order to start may still be waiting for its turn: then it is inactive, and has never been anything else.</summary>
    public bool IsStarting => Active == "activating" || (Active == "inactive" && !WasActive && Code == 0);

    public bool IsRunning => Active == "active" && Sub != "exited";

    /// <summary>All its processes are gone; how it ended is still to be read.</summary>
    public bool IsOver => Active == "failed" || (Active == "active" && Sub == "exited");

    public bool IsGone => Active == "inactive";

    /// <summary>Why the program was never reached; null when it was, or may yet be.</summary>
    public string? StartFailure =>
        WasActive || IsStarting || IsRunning ? null
        : Code == ByItself && Status is >= FirstStepStatus and <= LastStepStatus ? _steps.GetValueOrDefault(Status, $"a step before the program failed (status {Status}, see systemd.exec(5))")
        : Code == 0 && Active == "failed" ? $"systemd says '{Result}'"
        : null;

    /// <summary>Null when it has not ended, or nothing of it is left.</summary>
    public (int? ExitCode, int Signal)? Exit => Code switch
    {
        0 => null,
        ByItself => (Status, 0),
        _ => (null, Status),
    };

    public bool IsOutOfMemory => Result == "oom-kill";
}
