using Pryv.Internal.V1;
using Pryvd.Guard.Native;
using Pryvd.Guard.Output;

namespace Pryvd.Guard;

/// <summary>A run that the guard knows: one that it started, one that it found, or one that ended.</summary>
internal sealed class Run(RunKey key, GuardRecord record, RunFile file)
{
    public RunKey Key => key;

    public GuardRecord Record => record;

    public RunFile File => file;

    /// <summary>Null when it has ended; how a unit did may still have to be asked for.</summary>
    public ProcessHandle? Process { get; set; }

    /// <summary>Null when it has ended, or when its pipes were lost.</summary>
    public OutputPipes? Pipes { get; set; }

    /// <summary>Started by this guard, so that its exit code will be known.</summary>
    public bool IsChild { get; set; }

    /// <summary>What was decided of it is not on the disk yet.</summary>
    public bool IsUnsaved { get; set; }

    public bool IsAlive => Record.Run.End is null;

    /// <summary>A unit of systemd, which is the parent of its processes and takes their output.</summary>
    public bool IsUnit => Record.Run.Unit.Length > 0;

    public bool IsLeased => Record.Run.HasLeaseEndBootMs;

    public LogPlace Logs => new(Record.LogFolder, Record.LogFileBytes, Record.LogFiles);
}
