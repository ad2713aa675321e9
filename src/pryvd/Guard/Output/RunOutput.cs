using Pryvd.Guard.Native;

namespace Pryvd.Guard.Output;

/// <summary>One stream of a run on its way from its pipe to the log.</summary>
internal sealed class RunOutput(RunKey run, int descriptor, string stream, InstanceLog log)
{
    private readonly LineCutter _lines = new();

    public RunKey Run => run;

    public int Descriptor => descriptor;

    public InstanceLog Log => log;

    /// <summary>Takes what is there, a buffer at most; false when there is nothing.</summary>
    public bool Pump(byte[] buffer, DateTimeOffset now)
    {
        var length = Sys.Read(descriptor, buffer, buffer.Length);
        if (length <= 0)
        {
            return false;
        }

        _lines.Take(buffer.AsSpan(0, (int)length), text => log.Add(stream, text, now));
        return true;
    }

    public void End(DateTimeOffset now) => _lines.End(text => log.Add(stream, text, now));
}
